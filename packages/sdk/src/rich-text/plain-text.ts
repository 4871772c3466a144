import type { Link, PhrasingContent, RootContent } from 'mdast';
import { gfmToMarkdown } from 'mdast-util-gfm';
import { defaultHandlers, toMarkdown } from 'mdast-util-to-markdown';
import { CONSTRUCTS } from './constructs.ts';
import type { Construct } from './constructs.ts';
import type { Becomes, RichText, RichTextForm } from './form.ts';
import { isBare, shownBy } from './links.ts';
import { asCode, clean, TEXT_LIMITS } from './limits.ts';
import { ownHandlers } from './markdown-marks.ts';

/** All but addresses and line breaks, which plain text has too. */
const AS_CHARACTERS: Becomes = Object.fromEntries(
  (Object.keys(CONSTRUCTS) as Construct[])
    .filter((one) => one !== 'hard line break')
    .map((one) => [one, one === 'mention' ? 'the name alone' : 'as it is typed in Markdown']),
);

/**
 * Text without markup. A blank line ends a paragraph, a line break is a break, and indentation stays. Markup that
 * comes from elsewhere is written as legible Markdown, without escapes, and read back as the characters it shows.
 */
export const plainTextForm: RichTextForm = {
  id: 'plain-text',
  becomes: AS_CHARACTERS,
  parse(raw) {
    const text = clean(raw);
    if (isTooLong(text)) return { ...asCode(text, ''), data: {} };
    const blocks = text.split(/\n[ \t]*(?=\n)/);
    const paragraphs = blocks.map((block) => block.replace(/^(?:[ \t]*\n)+/, '').trimEnd());
    return {
      type: 'root',
      children: paragraphs
        .filter((block) => block !== '')
        .map((block) => ({ type: 'paragraph', children: lines(block) })),
    };
  },
  print(tree) {
    const [only, ...rest] = tree.children;
    if (only?.type === 'code' && rest.length === 0 && isTooLong(only.value)) return only.value;
    return tree.children.map((block) => printBlock(block)).join('\n\n');
  },
};

/** Text without markup of this size is a log, and is carried as one. */
function isTooLong(text: string): boolean {
  if (text.length > TEXT_LIMITS.length) return true;
  let lines = 0;
  for (const line of text.split('\n')) {
    lines = line.trim() === '' ? 0 : lines + 1;
    if (lines > TEXT_LIMITS.lines) return true;
  }
  return false;
}

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
  return (
    node.type === 'text' ||
    node.type === 'break' ||
    node.type === 'mention' ||
    (node.type === 'link' && isBare(node))
  );
}

function printInline(node: PhrasingContent): string {
  if (node.type === 'break') return '\n';
  if (node.type === 'link') return shownBy(node);
  if (node.type === 'mention') return `@${node.value}`;
  return node.type === 'text' ? node.value : '';
}

const legibleText = (node: { readonly value: string }): string => node.value;

function printLegibly(tree: RichText): string {
  const text = toMarkdown(tree, {
    extensions: [gfmToMarkdown()],
    bullet: '-',
    emphasis: '_',
    fences: true,
    listItemIndent: 'one',
    rule: '-',
    handlers: {
      ...ownHandlers(legibleText),
      text: legibleText,
      break: () => '\n',
      link: (node: Link, parent, state, info) =>
        isBare(node) ? shownBy(node) : defaultHandlers.link(node, parent, state, info),
    },
  });
  return text.replace(/\n$/, '');
}
