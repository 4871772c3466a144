import type { List, Nodes, Parents } from 'mdast';
import { isBare } from './links.ts';

/** Everything that the common form can hold, in the order of the reference; each with a sample of it. */
export const CONSTRUCTS = {
  heading: '## Title',
  bold: 'a **b** c',
  italic: 'a _b_ c',
  'struck out': 'a ~~b~~ c',
  underlined: 'a <ins>b</ins> c',
  subscript: 'H<sub>2</sub>O',
  superscript: 'm<sup>2</sup> of',
  'inline code': 'a `b` c',
  'block of code': '```\na\n\nb\n```',
  'language of code': '```js\na()\n```',
  'hard line break': 'a\\\nb',
  rule: 'a\n\n---\n\nb',
  'bullet list': '- a\n- b',
  'numbered list': '1. a\n2. b',
  'first number of a list': '3. a\n4. b',
  'list in a list': '- a\n  - b\n- c',
  'task list': '- [ ] a\n- [x] b',
  'tasks beside other items': '- [ ] a\n- b',
  'paragraphs in a list': '- a\n\n  b',
  'code in a list': '- a\n\n  ```\n  b\n  ```',
  'quote in a list': '- a\n\n  > b',
  'heading, table or rule in a list': '- a\n\n  ## b',
  quote: '> a',
  'quote in a quote': '> a\n>\n> > b',
  'list in a quote': '> - a\n> - b',
  'code in a quote': '> ```\n> a\n> ```',
  'heading, table or rule in a quote': '> ## a',
  table: '| a | b |\n| - | - |\n| 1 | 2 |',
  'alignment of a table': '| a | b |\n| :-: | -: |\n| 1 | 2 |',
  link: 'see [a](https://example.com/b)',
  'title of a link': 'see [a](https://example.com/b "c")',
  image: '![a](https://example.com/b.png)',
  'text of an image': '![a](https://example.com/b.png)',
  'image in a line': 'a ![b](https://example.com/c.png) d',
  mention: 'ask [@ann](mention:ann) now',
  footnote: 'a[^1]\n\n[^1]: b',
  'raw HTML': 'a <kbd>b</kbd> c',
} as const;

export type Construct = keyof typeof CONSTRUCTS;

type Detect = (node: Nodes, above: readonly Parents[]) => boolean;

const isIn = (above: readonly Parents[], ...types: string[]): boolean =>
  above.some((one) => types.includes(one.type));
const SECTIONS = new Set(['heading', 'table', 'thematicBreak']);

const DETECT: Readonly<Record<Construct, Detect>> = {
  heading: (node) => node.type === 'heading',
  bold: (node) => node.type === 'strong',
  italic: (node) => node.type === 'emphasis',
  'struck out': (node) => node.type === 'delete',
  underlined: (node) => (node.type as string) === 'underline',
  subscript: (node) => (node.type as string) === 'subscript',
  superscript: (node) => (node.type as string) === 'superscript',
  'inline code': (node) => node.type === 'inlineCode',
  'block of code': (node) => node.type === 'code',
  'language of code': (node) => node.type === 'code' && (node.lang ?? '') !== '',
  'hard line break': (node) => node.type === 'break',
  rule: (node) => node.type === 'thematicBreak',
  'bullet list': (node) => node.type === 'list' && node.ordered !== true,
  'numbered list': (node) => node.type === 'list' && node.ordered === true,
  'first number of a list': (node) =>
    node.type === 'list' && node.ordered === true && (node.start ?? 1) !== 1,
  'list in a list': (node, above) => node.type === 'list' && isIn(above, 'listItem'),
  'task list': (node) => node.type === 'listItem' && typeof node.checked === 'boolean',
  'tasks beside other items': (node) =>
    node.type === 'list' &&
    node.children.some((item) => typeof item.checked === 'boolean') &&
    !isTaskList(node),
  'paragraphs in a list': (node, above) =>
    node.type === 'paragraph' && above.at(-1)?.type === 'listItem' && above.at(-1)?.children[0] !== node,
  'code in a list': (node, above) => node.type === 'code' && isIn(above, 'listItem'),
  'quote in a list': (node, above) => node.type === 'blockquote' && isIn(above, 'listItem'),
  'heading, table or rule in a list': (node, above) => SECTIONS.has(node.type) && isIn(above, 'listItem'),
  quote: (node) => node.type === 'blockquote',
  'quote in a quote': (node, above) => node.type === 'blockquote' && isIn(above, 'blockquote'),
  'list in a quote': (node, above) => node.type === 'list' && isIn(above, 'blockquote'),
  'code in a quote': (node, above) => node.type === 'code' && isIn(above, 'blockquote'),
  'heading, table or rule in a quote': (node, above) => SECTIONS.has(node.type) && isIn(above, 'blockquote'),
  table: (node) => node.type === 'table',
  'alignment of a table': (node) =>
    node.type === 'table' && (node.align ?? []).some((one) => (one ?? null) !== null),
  link: (node) => node.type === 'link' && !isBare(node),
  'title of a link': (node) => node.type === 'link' && (node.title ?? '') !== '',
  image: (node) => node.type === 'image',
  'text of an image': (node) => node.type === 'image' && (node.alt ?? '') !== '',
  'image in a line': (node, above) =>
    node.type === 'image' && (above.at(-1)?.type !== 'paragraph' || above.at(-1)?.children.length !== 1),
  mention: (node) => node.type === 'mention',
  footnote: (node) => node.type === 'footnoteReference' || node.type === 'footnoteDefinition',
  'raw HTML': (node) => node.type === 'html',
};

const ALL = Object.entries(DETECT) as readonly [Construct, Detect][];

/** What a text is made of. The tree must be within the limits of depth, as every parsed one is. */
export function constructsOf(tree: Nodes): ReadonlySet<Construct> {
  const found = new Set<Construct>();
  const visit = (node: Nodes, above: readonly Parents[]): void => {
    for (const [construct, detect] of ALL)
      if (!found.has(construct) && detect(node, above)) found.add(construct);
    if ('children' in node) for (const child of node.children) visit(child, [...above, node]);
  };
  visit(tree, []);
  return found;
}

/** Tasks only, each of them a line with tasks below it at most: what trackers mean by a list of tasks. */
export function isTaskList(list: List): boolean {
  return list.children.every(
    ({ checked, children: [first, ...below] }) =>
      typeof checked === 'boolean' &&
      (first === undefined || first.type === 'paragraph') &&
      below.every((one) => one.type === 'list' && isTaskList(one)),
  );
}
