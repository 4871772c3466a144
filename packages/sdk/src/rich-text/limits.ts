import type { Nodes } from 'mdast';
import type { RichText } from './form.ts';

/** Beyond these a text is not read as markup: parsers take time that grows faster than the text. */
export const TEXT_LIMITS = {
  /** Characters that are not in a fenced block. */
  length: 131_072,
  /** Lines of one paragraph. */
  lines: 5_000,
  /** Characters of one paragraph that may begin or end some markup. */
  marks: 1_000,
  /** Cells of tables. */
  cells: 4_000,
  /** Blocks and marks inside one another. */
  depth: 64,
} as const;

/** The whole text character by character, in a block of code: nothing in there is read or executed by anybody. */
export function asCode(text: string, lost: string): RichText {
  return { type: 'root', children: [{ type: 'code', value: text }], data: { lost: [lost] } };
}

/** What no store and no tracker takes, replaced: NUL and halves of surrogate pairs. Line ends become LF. */
export function clean(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Is it deeper than texts of people are? Without recursion, since that is what would break. */
export function isTooDeep(tree: RichText): boolean {
  let level: readonly Nodes[] = [tree];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > TEXT_LIMITS.depth) return true;
    level = level.flatMap((node) => ('children' in node ? (node.children as Nodes[]) : []));
  }
  return false;
}

/** Has it more text or more marks in one paragraph than Markdown could be read of? The tree must not be too deep. */
export function isTooDense(tree: RichText): boolean {
  let length = 0;
  let cells = 0;
  const visit = (node: Nodes): boolean => {
    if ('value' in node && node.type !== 'code') length += node.value.length;
    if (node.type === 'tableCell') cells += 1;
    if (length > TEXT_LIMITS.length || cells > TEXT_LIMITS.cells) return true;
    if (!('children' in node)) return false;
    const children = node.children as Nodes[];
    if (PARAGRAPHS.has(node.type)) {
      const breaks = children.filter((child) => child.type === 'break').length;
      const texts = children.filter((child) => child.type === 'text').length;
      if (breaks > TEXT_LIMITS.lines || children.length - breaks - texts > TEXT_LIMITS.marks) return true;
    }
    return children.some(visit);
  };
  return visit(tree);
}

const PARAGRAPHS = new Set(['paragraph', 'heading', 'tableCell']);

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const MARKS = /\\.|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|[*~`[<]/gu;
const STARTS = /^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]/;

/**
 * Counts by lines, in one pass, what would make a Markdown parser slow; `scale` widens the limits. Fenced blocks count
 * for nothing.
 */
export function isTooMuch(text: string, scale = 1): boolean {
  const limit = (name: keyof typeof TEXT_LIMITS): number => TEXT_LIMITS[name] * scale;
  let length = 0;
  let lines = 0;
  let marks = 0;
  let cells = 0;
  let isTable = false;
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const [, opening] = FENCE.exec(line) ?? [];
    if (fence !== undefined) {
      if (opening?.startsWith(fence) === true && line.trim() === opening) fence = undefined;
      continue;
    }
    if (
      opening !== undefined &&
      !(opening.startsWith('`') && line.slice(line.indexOf(opening) + opening.length).includes('`'))
    ) {
      fence = opening;
      continue;
    }
    if (line.trim() === '') isTable = false;
    else if (/^[ \t|:-]+$/.test(line) && line.includes('|') && line.includes('-')) isTable = true;
    if (line.trim() === '' || isTable || STARTS.test(line)) [lines, marks] = [0, 0];
    length += line.length + 1;
    lines += 1;
    if (isTable) cells += line.split('|').length - 1;
    if (cells > limit('cells')) return true;
    for (const [mark] of line.matchAll(MARKS)) if (!mark.startsWith('\\')) marks += 1;
    if (length > limit('length') || lines > limit('lines') || marks > limit('marks')) return true;
    if (depthOf(line) > limit('depth')) return true;
  }
  return false;
}

/** Marks of quotes and lists that the line begins with, and the steps of its indentation. */
function depthOf(line: string): number {
  const [prefix = ''] = /^[ \t>]*/.exec(line) ?? [];
  const quotes = prefix.replaceAll(/[^>]/g, '').length;
  const items =
    /^(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*/.exec(line.slice(prefix.length))?.[0].split(/[ \t]+/).length ?? 1;
  return quotes + items - 1 + Math.floor((prefix.length - quotes) / 4);
}
