import type { BlockContent, DefinitionContent, PhrasingContent, RootContent } from 'mdast';
import type { RichText, RichTextForm } from './form.ts';
import { canonicalMarkdown } from './markdown.ts';

/**
 * Text without markup. A blank line ends a paragraph and a line break is a break. Markup that comes from elsewhere is
 * written as legible Markdown and read back as the characters it shows, so nothing is lost on the way out.
 */
export const plainTextForm: RichTextForm = {
  id: 'plain-text',
  parse(text) {
    const blocks = text.replaceAll(/\r\n?/g, '\n').split(/\n[ \t]*\n+/);
    const paragraphs = blocks.map((block) => block.trim()).filter((block) => block !== '');
    return {
      type: 'root',
      children: paragraphs.map((block) => ({ type: 'paragraph', children: lines(block) })),
    };
  },
  print: (tree) => printBlocks(tree.children),
};

function lines(block: string): PhrasingContent[] {
  return block.split('\n').flatMap((line, index): PhrasingContent[] => {
    const text: PhrasingContent = { type: 'text', value: line.trim() };
    return index === 0 ? [text] : [{ type: 'break' }, text];
  });
}

function printBlocks(blocks: readonly (RootContent | BlockContent | DefinitionContent)[]): string {
  return blocks.map(printBlock).join('\n\n');
}

function printBlock(block: RootContent | BlockContent | DefinitionContent): string {
  if (block.type === 'paragraph' && block.children.every(isPlain))
    return block.children.map(printInline).join('');
  const root: RichText = { type: 'root', children: [block as RootContent] };
  return canonicalMarkdown(root);
}

function isPlain(node: PhrasingContent): boolean {
  return node.type === 'text' || node.type === 'break';
}

function printInline(node: PhrasingContent): string {
  if (node.type === 'break') return '\n';
  return node.type === 'text' ? node.value : '';
}
