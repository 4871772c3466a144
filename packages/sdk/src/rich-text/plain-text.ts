import type { Link, PhrasingContent, RootContent } from 'mdast';
import { gfmToMarkdown } from 'mdast-util-gfm';
import { defaultHandlers, toMarkdown } from 'mdast-util-to-markdown';
import type { RichText, RichTextForm } from './form.ts';

/**
 * Text without markup. A blank line ends a paragraph, a line break is a break, and indentation stays. Markup that
 * comes from elsewhere is written as legible Markdown, without escapes, and read back as the characters it shows.
 */
export const plainTextForm: RichTextForm = {
  id: 'plain-text',
  parse(text) {
    const blocks = text.replaceAll(/\r\n?/g, '\n').split(/\n[ \t]*(?=\n)/);
    const paragraphs = blocks.map((block) => block.replace(/^\n+/, '').trimEnd());
    return {
      type: 'root',
      children: paragraphs
        .filter((block) => block !== '')
        .map((block) => ({ type: 'paragraph', children: lines(block) })),
    };
  },
  print: (tree) => tree.children.map((block) => printBlock(block)).join('\n\n'),
};

function lines(block: string): PhrasingContent[] {
  return block.split('\n').flatMap((line, index): PhrasingContent[] => {
    const text: PhrasingContent = { type: 'text', value: line.trimEnd() };
    return index === 0 ? [text] : [{ type: 'break' }, text];
  });
}

function printBlock(block: RootContent): string {
  if (block.type === 'paragraph' && block.children.every(isPlain))
    return block.children.map(printInline).join('');
  return printLegibly({ type: 'root', children: [block] });
}

/** Nodes that are in a plain text what they are in Markdown: addresses, too, are only their characters. */
function isPlain(node: PhrasingContent): boolean {
  return node.type === 'text' || node.type === 'break' || (node.type === 'link' && isBare(node));
}

function printInline(node: PhrasingContent): string {
  if (node.type === 'break') return '\n';
  if (node.type === 'link') return textOf(node);
  return node.type === 'text' ? node.value : '';
}

/** An address that stands for itself, as people type it. */
function isBare(link: Link): boolean {
  const shown = textOf(link);
  return shown !== '' && [shown, `http://${shown}`, `mailto:${shown}`].includes(link.url);
}

function textOf(link: Link): string {
  return link.children.map((child) => (child.type === 'text' ? child.value : '')).join('');
}

function printLegibly(tree: RichText): string {
  const text = toMarkdown(tree, {
    extensions: [gfmToMarkdown()],
    bullet: '-',
    emphasis: '_',
    fences: true,
    listItemIndent: 'one',
    rule: '-',
    handlers: {
      text: (node: { readonly value: string }) => node.value,
      break: () => '\n',
      link: (node: Link, parent, state, info) =>
        isBare(node) ? textOf(node) : defaultHandlers.link(node, parent, state, info),
    },
  });
  return text.replace(/\n$/, '');
}
