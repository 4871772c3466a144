import type { Nodes } from 'mdast';
import type { RichText } from './form.ts';

/** The words of a text alone, without what marks them up and without white space: what any form of it says. */
export function wordsOf(text: RichText): string {
  return said(text).split(/\s+/).join('');
}

function said(node: Nodes): string {
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map(said).join(' ') : '';
}

/** The letters of a text, a line for each block of them; without recursion, for trees of any depth. */
export function lettersOf(text: RichText): string {
  const lines: string[] = [];
  const open: Nodes[] = [text];
  let line = '';
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if ('value' in node) line += node.value;
    else if (node.type === 'break' || LINES.has(node.type)) {
      if (line !== '') lines.push(line);
      line = '';
    }
    if ('children' in node) for (const child of (node.children as Nodes[]).toReversed()) open.push(child);
  }
  return [...lines, line].join('\n');
}

const LINES = new Set(['paragraph', 'heading', 'tableRow', 'listItem', 'code']);
