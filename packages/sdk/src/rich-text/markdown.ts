import type { Html, Nodes, Parents, Text } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown, gfmToMarkdown } from 'mdast-util-gfm';
import { defaultHandlers, toMarkdown } from 'mdast-util-to-markdown';
import type { Options } from 'mdast-util-to-markdown';
import { gfm } from 'micromark-extension-gfm';
import type { RichText, RichTextForm } from './form.ts';
import { guardText, unguardText } from './guard.ts';

export interface MarkdownOptions {
  readonly id?: string;
  /**
   * Global patterns of running text that the tracker would execute, e.g. from `EXECUTED`. Code is left alone.
   */
  readonly executes?: readonly RegExp[];
  /** How matches are made harmless; both are undone by `parse`. Default `backslash`. */
  readonly guard?: 'backslash' | 'word-joiner';
  /** `escape` shows raw HTML as its characters; default `keep`. */
  readonly html?: 'keep' | 'escape';
}

/** CommonMark with GFM; line endings are all read alike, and written as LF. */
export function createMarkdownForm(options: MarkdownOptions = {}): RichTextForm {
  const patterns = options.executes ?? [];
  return {
    id: options.id ?? 'markdown',
    parse: (text) => {
      const tree = parseMarkdown(text);
      if (options.guard === 'word-joiner')
        visitTexts(tree, (node) => (node.value = unguardText(node.value, patterns)));
      return tree;
    },
    print: (tree) => printMarkdown(tree, options),
  };
}

/** Made once: putting them together costs as much as parsing a short text. They hold no state. */
const READING = { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] };
const WRITING = gfmToMarkdown();

function parseMarkdown(text: string): RichText {
  const tree = fromMarkdown(text.replaceAll(/\r\n?/g, '\n'), READING);
  settle(tree);
  return tree;
}

/** Mends what would grow with every printing: links without an own form, and blank lines behind an HTML comment. */
function settle(node: Nodes, insideLink = false): void {
  if (node.type === 'html') node.value = node.value.trimEnd();
  if (!('children' in node)) return;
  const isInside = insideLink || node.type === 'link';
  for (const child of node.children) settle(child, isInside);
  const children = node.children.flatMap((child): Nodes[] =>
    child.type === 'link' && (isInside || NO_AUTOLINK.test(child.url)) ? child.children : [child],
  );
  (node as { children: Nodes[] }).children = children;
}

/** GFM takes it for an address, CommonMark does not: it cannot be written between angle brackets. */
const NO_AUTOLINK = /^mailto:[^@]*@.*_/;

function visitTexts(node: Nodes, change: (text: Text) => void): void {
  if (node.type === 'text') change(node);
  if ('children' in node) for (const child of node.children) visitTexts(child, change);
}

const PHRASING = new Set([
  'paragraph',
  'heading',
  'emphasis',
  'strong',
  'delete',
  'link',
  'linkReference',
  'tableCell',
]);

function printMarkdown(tree: RichText, options: MarkdownOptions): string {
  const patterns = options.executes ?? [];
  const text: typeof defaultHandlers.text = (node, parent, state, info) =>
    guardText(defaultHandlers.text(node, parent, state, info), patterns, options.guard ?? 'backslash');
  const handlers: NonNullable<Options['handlers']> = { text };
  if (options.html === 'escape') {
    handlers['html'] = (node: Html, parent: Parents | undefined, state, info) => {
      const shown: Text = { type: 'text', value: node.value };
      if (parent !== undefined && PHRASING.has(parent.type)) return text(shown, parent, state, info);
      return defaultHandlers.paragraph({ type: 'paragraph', children: [shown] }, parent, state, info);
    };
  }
  return toMarkdown(tree, {
    extensions: [WRITING],
    bullet: '-',
    emphasis: '_',
    fences: true,
    listItemIndent: 'one',
    rule: '-',
    handlers,
  }).replace(/\n$/, '');
}

/** The common form between trackers. */
export const markdownForm: RichTextForm = createMarkdownForm();

/**
 * One text for each meaning: what two texts are compared by. Printed until it no longer changes, since a first
 * printing can join what the tree held apart.
 */
export function canonicalMarkdown(tree: RichText): string {
  let text = printMarkdown(tree, {});
  for (let round = 0; round < 3; round += 1) {
    const next = printMarkdown(parseMarkdown(text), {});
    if (next === text) break;
    text = next;
  }
  return text;
}
