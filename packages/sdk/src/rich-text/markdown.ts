import type { Html, Parents, Text, Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown, gfmToMarkdown } from 'mdast-util-gfm';
import { defaultHandlers, toMarkdown } from 'mdast-util-to-markdown';
import type { Options } from 'mdast-util-to-markdown';
import { gfm } from 'micromark-extension-gfm';
import { createForm } from './create-form.ts';
import type { Becomes, RichText, RichTextForm } from './form.ts';
import { guardText, unguardText } from './guard.ts';
import { isTooMuch } from './limits.ts';
import { mentionLink, ownHandlers, readMarks, readMentionLinks } from './markdown-marks.ts';
import type { PrintMention } from './markdown-marks.ts';

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
  /** Is `@login` a mention here? Default: it is text, and a mention from elsewhere is only a name. */
  readonly mentions?: 'login';
  readonly becomes?: Becomes;
}

/** Printing is done once more at most this often until it no longer changes. */
const MOST_ROUNDS = 3;
/** The common form is made by us: what was within the limits of its tracker must be readable here. */
const COMMON_SCALE = 2;

/** CommonMark with GFM; line endings are all read alike, and written as LF. */
export function createMarkdownForm(options: MarkdownOptions = {}): RichTextForm {
  const patterns = options.executes ?? [];
  const becomes: Becomes = {
    ...(options.mentions === 'login' ? {} : { mention: 'the name alone' }),
    ...(options.html === 'escape' ? { 'raw HTML': 'its characters' } : {}),
    ...options.becomes,
  };
  return createForm({
    id: options.id ?? 'markdown',
    becomes,
    parse(text) {
      const tree = parseMarkdown(text);
      if (options.guard === 'word-joiner')
        visitTexts(tree, (node) => (node.value = unguardText(node.value, patterns)));
      if (options.mentions === 'login') readLogins(tree);
      return tree;
    },
    print: (tree) => printMarkdown(tree, options, options.mentions === 'login' ? printLogin : undefined),
  });
}

/** Made once: putting them together costs as much as parsing a short text. They hold no state. */
const READING = { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] };
const WRITING = gfmToMarkdown();

function parseMarkdown(text: string): RichText {
  const code = loneCode(text);
  if (code !== undefined) return { type: 'root', children: [{ type: 'code', value: code }] };
  const tree = fromMarkdown(text, READING);
  readMarks(tree);
  return tree;
}

/** A long text that is one block of code, which needs no parser; undefined for any other. */
function loneCode(text: string): string | undefined {
  if (text.length < LONG) return undefined;
  const [, fence = '', code] = /^(`{3,})\n([^]*)\n`{3,}$/.exec(text) ?? [];
  return code === undefined || !text.endsWith(`\n${fence}`) || code.includes(fence) ? undefined : code;
}

const LONG = 10_000;

const LOGIN = /^[\w][\w.-]*$/;

function printLogin({ user }: { readonly user: string }): string | undefined {
  return LOGIN.test(user) ? `@${user}` : undefined;
}

function readLogins(parent: Nodes): void {
  if (!('children' in parent) || parent.type === 'link') return;
  (parent as { children: Nodes[] }).children = (parent.children as Nodes[]).flatMap((child): Nodes[] => {
    readLogins(child);
    if (child.type !== 'text') return [child];
    return child.value
      .split(/(?<![^\s([{,;:"'>])(@\w(?:[\w.-]*\w)?)/)
      .map((part, index): Nodes =>
        index % 2 === 1
          ? { type: 'mention', user: part.slice(1), value: part.slice(1) }
          : { type: 'text', value: part },
      )
      .filter((node) => node.type !== 'text' || node.value !== '');
  });
}

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
  'subscript',
  'superscript',
  'underline',
]);

function printMarkdown(tree: RichText, options: MarkdownOptions, printMention?: PrintMention): string {
  const patterns = options.executes ?? [];
  const text: typeof defaultHandlers.text = (node, parent, state, info) => {
    const printed = defaultHandlers.text(node, parent, state, info);
    // An address between angle brackets is nobody's name, and has no place for a guard.
    if (state.stack.includes('autolink')) return printed;
    return guardText(printed, patterns, options.guard ?? 'backslash');
  };
  const handlers: NonNullable<Options['handlers']> = { text, ...ownHandlers(text, printMention) };
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

/** The common form between trackers: all that `RichText` can hold. */
export const markdownForm: RichTextForm = createForm({
  id: 'markdown',
  keepsMentions: true,
  isTooMuch: (text) => isTooMuch(text, COMMON_SCALE),
  parse(text) {
    const tree = parseMarkdown(text);
    readMentionLinks(tree);
    return tree;
  },
  print: (tree) => printMarkdown(tree, {}, mentionLink),
});

/**
 * One text for each meaning: what two texts are compared by. Printed until it no longer changes, since a first
 * printing can join what the tree held apart.
 */
export function canonicalMarkdown(tree: RichText): string {
  let text = markdownForm.print(tree);
  if (text.length > LONG && loneCode(text) !== undefined) return text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = markdownForm.print(markdownForm.parse(text));
    if (next === text) break;
    text = next;
  }
  return text;
}
