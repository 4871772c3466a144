import { markdownForm, plainTextForm } from '@lockstep/sdk';
import type { RichText, RichTextForm } from '@lockstep/sdk';

/**
 * Redmine makes links of `#12`, `r3`, `version:1.0` and `@login`, pages of `[[Page]]`, runs `{{macro}}`, and tells
 * people that they were mentioned. A `!` in front stops all but the mention; that needs the `@` to be written as a
 * character reference. `print` puts both in and `parse` takes them out again.
 */
const WORDS = 'attachment|document|version|forum|news|message|project|commit|source|export|user';
const EXECUTED = `(?:[a-z0-9_-]+:)?(?:${WORDS})?(?:##?(?=\\d|note)|r(?=\\d)|@(?=\\w))|(?:${WORDS}):(?=[^\\s<>])|\\[\\[|\\{\\{(?=\\w)`;
const ESCAPE = new RegExp(`(^|[\\s(,\\-[>])(!*)(${EXECUTED})`, 'gm');
const UNESCAPE = new RegExp(`(^|[\\s(,\\-[>])!(!*)(${EXECUTED})`, 'gm');

export function escapeText(text: string): string {
  return text.replaceAll(ESCAPE, '$1!$2$3');
}

export function unescapeText(text: string): string {
  return text.replaceAll(UNESCAPE, '$1$2$3');
}

/** Redmine's CommonMark. */
export const commonMark: RichTextForm = {
  id: 'redmine-common-mark',
  parse: (text) => mapText(markdownForm.parse(text), unescapeText),
  print: (tree) => markdownForm.print(mapText(tree, hide)).replaceAll(AT, '&#64;'),
};

/** Textile is carried as the characters it is written with: nothing is lost, nothing is translated. */
export const textile: RichTextForm = {
  id: 'redmine-textile',
  parse: (text) => mapText(plainTextForm.parse(text.replaceAll('&#64;', '@')), unescapeText),
  print: (tree) => plainTextForm.print(mapText(tree, hide)).replaceAll(AT, '&#64;'),
};

/** Stands for an `@` of running text until the markup around it is printed; code keeps its own. */
const AT = '\u{E000}';

function hide(text: string): string {
  return escapeText(text).replaceAll(/(?<![A-Za-z0-9_/])@(?=\w)/g, AT);
}

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

function mapText(tree: RichText, change: (text: string) => string): RichText {
  const visit = (node: Node): Node => {
    if (node.type === 'text' && node.value !== undefined) return { ...node, value: change(node.value) };
    return node.children === undefined ? node : { ...node, children: node.children.map(visit) };
  };
  return visit(tree as Node) as RichText;
}
