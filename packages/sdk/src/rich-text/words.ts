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
