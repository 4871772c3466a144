import type { Nodes, PhrasingContent } from 'mdast';
import type { Handle, Options } from 'mdast-util-to-markdown';
import { MENTION } from './normalise.ts';
import type { RichText } from './form.ts';
import type { Mark, Mention } from './nodes.ts';

const TAGS = { subscript: 'sub', superscript: 'sup', underline: 'ins' } as const;
const MARKS: Readonly<Record<string, Mark['type']>> = {
  sub: 'subscript',
  sup: 'superscript',
  ins: 'underline',
  u: 'underline',
};

/** HTML tags that stand for a mark, with what is between them, become that mark. Changes the tree. */
export function readMarks(node: Nodes): void {
  if (!('children' in node)) return;
  for (const child of node.children) readMarks(child);
  const result: Nodes[] = [];
  const open: { readonly tag: string; readonly at: number }[] = [];
  for (const child of node.children as Nodes[]) {
    const [, slash, tag = ''] =
      child.type === 'html' ? (/^<(\/?)(sub|sup|ins|u)>$/i.exec(child.value) ?? []) : [];
    const name = tag.toLowerCase();
    if (slash === '') open.push({ tag: name, at: result.length });
    const at = slash === '/' ? open.findLastIndex((one) => one.tag === name) : -1;
    const begin = open[at]?.at;
    if (begin !== undefined && begin + 1 < result.length) {
      open.length = at;
      const children = result.splice(begin).slice(1) as PhrasingContent[];
      result.push({ type: MARKS[name] ?? 'underline', children });
    } else result.push(child);
  }
  (node as { children: Nodes[] }).children = result;
}

/** Links of the common form that name a person become mentions. Changes the tree. */
export function readMentionLinks(node: RichText): void {
  const visit = (parent: Nodes): void => {
    if (!('children' in parent)) return;
    (parent as { children: Nodes[] }).children = (parent.children as Nodes[]).map((child) => {
      visit(child);
      const [only] = child.type === 'link' ? child.children : [];
      if (child.type !== 'link' || !child.url.startsWith(MENTION)) return child;
      const shown = only?.type === 'text' ? only.value : '';
      return {
        type: 'mention',
        user: decoded(child.url.slice(MENTION.length)),
        value: shown.replace(/^@/, ''),
      };
    });
  };
  visit(node);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const mark: Handle = (node: Mark, _parent, state, info) => {
  const tag = TAGS[node.type];
  const inner = state.containerPhrasing(node as never, { ...info, before: '>', after: '<' });
  return `<${tag}>${inner}</${tag}>`;
};

/** How a mention is printed; undefined: as its escaped name. */
export type PrintMention = (mention: Mention) => string | undefined;

/** The common form of a mention. */
export const mentionLink: PrintMention = ({ user, value }) =>
  `[@${value.replaceAll(/[\\[\]<>&*_~`!|]/g, (it) => `\\${it}`).replaceAll(/\s+/g, ' ')}](${MENTION}${encodeURIComponent(user.toWellFormed()).replaceAll(/[()!*'~_]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`)})`;

/** How `mdast-util-to-markdown` prints our own nodes. */
export function ownHandlers(text: Handle, printMention?: PrintMention): NonNullable<Options['handlers']> {
  return {
    subscript: mark,
    superscript: mark,
    underline: mark,
    mention: (node: Mention, parent, state, info) =>
      printMention?.(node) ?? text({ type: 'text', value: `@${node.value}` }, parent, state, info),
  };
}
