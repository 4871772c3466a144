import type { Definition, Nodes, Parents, PhrasingContent } from 'mdast';
import type { RichText } from './form.ts';

/** Of the links in the common form that name a person. */
export const MENTION = 'mention:';

/**
 * One tree for each meaning: references are resolved, links inside links and links that would be executed are their
 * text, and what would grow with every printing is mended. Changes the tree.
 */
export function normalise(tree: RichText, keepsMentions = false): RichText {
  const definitions = new Map<string, Definition>();
  collect(tree, definitions);
  settle(tree, definitions, keepsMentions, new Set());
  return tree;
}

function collect(node: Nodes, definitions: Map<string, Definition>): void {
  if (node.type === 'definition' && !definitions.has(node.identifier)) definitions.set(node.identifier, node);
  if ('children' in node) for (const child of node.children) collect(child, definitions);
}

/** Bold inside of bold is bold. */
function isRepeated(node: Nodes, above: ReadonlySet<string>): boolean {
  return MARKS.has(node.type) && above.has(node.type);
}

function settle(
  node: Nodes,
  definitions: ReadonlyMap<string, Definition>,
  keepsMentions: boolean,
  above: ReadonlySet<string>,
): void {
  if (node.type === 'html') node.value = node.value.trimEnd();
  if (node.type === 'text') node.value = node.value.replaceAll(/\r\n?/g, ' ');
  if (!('children' in node)) return;
  const inside = MARKS.has(node.type) || node.type === 'link' ? new Set([...above, node.type]) : above;
  const isInside = inside.has('link');
  for (const child of node.children) settle(child, definitions, keepsMentions, inside);
  const children = (node.children as Nodes[]).flatMap((child): Nodes[] => {
    const resolved = resolve(child, definitions);
    if (resolved === undefined) return [];
    if (resolved.type === 'image' && !isSafe(resolved.url))
      return [{ type: 'text', value: resolved.alt ?? '' }];
    if (isRepeated(resolved, inside) && 'children' in resolved) return resolved.children as Nodes[];
    if (resolved.type !== 'link') return [resolved];
    if (resolved.children.length === 0) resolved.children = [{ type: 'text', value: resolved.url }];
    const isForeign = !keepsMentions && resolved.url.startsWith(MENTION);
    return isInside || isForeign || NO_AUTOLINK.test(resolved.url) || !isSafe(resolved.url)
      ? resolved.children
      : [resolved];
  });
  (node as { children: Nodes[] }).children = trimmed(node, joined(children)).filter(
    (child) => child.type !== 'paragraph' || child.children.length > 0,
  );
  // A task without a word is none in Markdown.
  if (node.type === 'listItem' && node.children[0]?.type !== 'paragraph') node.checked = null;
  if (node.type === 'list') node.spread = false;
  // Blank lines between the blocks of an item, unless it is a line with lists below it.
  if (node.type === 'listItem')
    node.spread = !node.children.every((child, at) => child.type === (at === 0 ? 'paragraph' : 'list'));
}

const MARKS = new Set(['strong', 'emphasis', 'delete', 'subscript', 'superscript', 'underline']);
/** Blanks and breaks at the edges of a mark stand outside of it; a mark around nothing else is none. */
function tight(mark: Parents): Nodes[] {
  const inner = [...mark.children] as Nodes[];
  const before: Nodes[] = [];
  const after: Nodes[] = [];
  for (let first = inner[0]; first !== undefined; first = inner[0]) {
    if (first.type === 'text') {
      const blank = /^\s*/.exec(first.value)?.[0] ?? '';
      if (blank !== '') before.push({ type: 'text', value: blank });
      if (blank.length < first.value.length) {
        inner[0] = { ...first, value: first.value.slice(blank.length) };
        break;
      }
    } else if (first.type === 'break') before.push(first);
    else break;
    inner.shift();
  }
  for (let last = inner.at(-1); last !== undefined; last = inner.at(-1)) {
    if (last.type === 'text') {
      const rest = last.value.trimEnd();
      if (rest !== last.value) after.unshift({ type: 'text', value: last.value.slice(rest.length) });
      if (rest !== '') {
        inner[inner.length - 1] = { ...last, value: rest };
        break;
      }
    } else if (last.type === 'break') after.unshift(last);
    else break;
    inner.pop();
  }
  return [...before, ...(inner.length === 0 ? [] : [{ ...mark, children: inner } as Nodes]), ...after];
}

const PARAGRAPHS = new Set(['paragraph', 'heading', 'tableCell']);

/** What shows nothing is left out: empty marks, and blanks and breaks at the end of a paragraph or of a line. */
function trimmed(parent: Nodes, children: readonly Nodes[]): Nodes[] {
  const kept = joined(
    children.flatMap((child) => (MARKS.has(child.type) ? tight(child as Parents) : [child])),
  );
  if (!PARAGRAPHS.has(parent.type)) return kept;
  const result: Nodes[] = [];
  for (const child of kept.toReversed()) {
    const next = result.at(-1);
    const isLast = next === undefined;
    if (isLast && child.type === 'break') continue;
    if (child.type === 'text' && (isLast || next.type === 'break')) child.value = child.value.trimEnd();
    if (child.type !== 'text' || child.value !== '') result.push(child);
  }
  while (result.at(-1)?.type === 'break') result.pop();
  return result.reverse();
}

function resolve(node: Nodes, definitions: ReadonlyMap<string, Definition>): Nodes | undefined {
  if (node.type === 'definition') return undefined;
  if (node.type !== 'linkReference' && node.type !== 'imageReference') return node;
  const found = definitions.get(node.identifier);
  if (found === undefined) return node;
  const { url, title } = found;
  if (node.type === 'imageReference')
    return { type: 'image', url, title: title ?? null, alt: node.alt ?? '' };
  return { type: 'link', url, title: title ?? null, children: node.children as PhrasingContent[] };
}

/** Texts that touch are one. */
function joined(children: readonly Nodes[]): Nodes[] {
  const result: Nodes[] = [];
  for (const child of children) {
    const last = result.at(-1);
    if (child.type === 'text' && last?.type === 'text') last.value += child.value;
    else result.push(child);
  }
  return result;
}

/** GFM takes it for an address, CommonMark does not: it cannot be written between angle brackets. */
const NO_AUTOLINK = /^mailto:[^@]*@.*_/;

/** Addresses that a browser would run; it looks through white space and control characters. */
export function isSafe(url: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return !/^(?:javascript|vbscript|data|file):/i.test(
    url.replaceAll(/[\u0000-\u0020\u007F-\u009F\u200B\uFEFF]/g, ''),
  );
}
