import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown, gfmToMarkdown } from 'mdast-util-gfm';
import { toMarkdown } from 'mdast-util-to-markdown';
import { gfm } from 'micromark-extension-gfm';
import type { RichText, RichTextForm } from './form.ts';

export interface MarkdownOptions {
  readonly id?: string;
  /** Patterns the tracker would execute; a backslash is put before each match's first character. */
  readonly executes?: readonly RegExp[];
}

/** CommonMark with GFM; line endings are all read alike, and written as LF. */
export function createMarkdownForm(options: MarkdownOptions = {}): RichTextForm {
  return {
    id: options.id ?? 'markdown',
    parse: parseMarkdown,
    print: (tree) => printMarkdown(tree, options.executes ?? []),
  };
}

function parseMarkdown(text: string): RichText {
  return fromMarkdown(text.replaceAll(/\r\n?/g, '\n'), {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
}

function printMarkdown(tree: RichText, executes: readonly RegExp[]): string {
  const text = toMarkdown(tree, {
    extensions: [gfmToMarkdown()],
    bullet: '-',
    emphasis: '_',
    fences: true,
    listItemIndent: 'one',
    rule: '-',
  }).replace(/\n$/, '');
  return executes.reduce((escaped, pattern) => escaped.replaceAll(pattern, (match) => `\\${match}`), text);
}

/** The common form between trackers. */
export const markdownForm: RichTextForm = createMarkdownForm();

/**
 * One text for each meaning: what two texts are compared by. Printed until it no longer changes, since a first
 * printing can join what the tree held apart.
 */
export function canonicalMarkdown(tree: RichText): string {
  let text = printMarkdown(tree, []);
  for (let round = 0; round < 3; round += 1) {
    const next = printMarkdown(parseMarkdown(text), []);
    if (next === text) break;
    text = next;
  }
  return text;
}
