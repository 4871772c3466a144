import type {
  AlignType,
  BlockContent,
  List,
  PhrasingContent,
  RichText,
  RootContent,
  TableRow,
} from '@lockstep/sdk';
import { parseInline } from './inline.ts';

const CODE = /<pre>(?:\s*<code(?: class="([\w-]+)(?: [^">]*)?")?>)?\n?([\s\S]*?)\n?(?:<\/code>\s*)?<\/pre>/g;
const HEADING = /^h([1-6])[^.\s]{0,200}\.\s+/;
const QUOTE = /^bq[^.\s]{0,200}\.\s+/;
const PARAGRAPH = /^p[^.\s\w]?[^.\s]{0,200}\.\s+/;
const RULE = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;
const LIST = /^\s*([*#]+)\s+(.*)$/;
const ROW = /^\s*\|.*\|\s*$/;

/** Code first, since nothing in it is markup; then line by line. */
export function parseTextile(text: string): RichText {
  const children: BlockContent[] = [];
  let end = 0;
  for (const found of text.matchAll(CODE)) {
    children.push(...readBlocks(text.slice(end, found.index).split('\n')));
    children.push({
      type: 'code',
      lang: found[1] ?? null,
      value: (found[2] ?? '').replaceAll('<\u2060/', '</'),
    });
    end = found.index + found[0].length;
  }
  children.push(...readBlocks(text.slice(end).split('\n')));
  return { type: 'root', children: children as RootContent[] };
}

function readBlocks(lines: readonly string[], depth = 0): BlockContent[] {
  const blocks: BlockContent[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    const children = parseInline(paragraph.join('\n'));
    paragraph = [];
    if (children.length > 0) blocks.push({ type: 'paragraph', children });
  };
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    const isFirst = paragraph.length === 0;
    if (line.trim() === '') {
      flush();
      at += 1;
    } else if (RULE.test(line)) {
      flush();
      blocks.push({ type: 'thematicBreak' });
      at += 1;
    } else if (isFirst && (HEADING.test(line) || QUOTE.test(line) || PARAGRAPH.test(line))) {
      const end = endOf(lines, at);
      blocks.push(signed(lines.slice(at, end).join('\n')));
      at = end;
    } else if (LIST.test(line)) {
      flush();
      at = readList(lines, at, blocks);
    } else if (ROW.test(line)) {
      flush();
      at = readTable(lines, at, blocks);
    } else if (line.startsWith('>') && depth < DEEPEST) {
      flush();
      let end = at;
      while (lines[end]?.startsWith('>') === true) end += 1;
      const inner = lines.slice(at, end).map((one) => one.replace(/^> ?/, ''));
      const children = readBlocks(inner, depth + 1);
      if (children.length > 0) blocks.push({ type: 'blockquote', children });
      at = end;
    } else {
      paragraph.push(line.trim());
      at += 1;
    }
  }
  flush();
  return blocks;
}

const DEEPEST = 30;

function endOf(lines: readonly string[], begin: number): number {
  let end = begin + 1;
  while (end < lines.length && lines[end]?.trim() !== '') end += 1;
  return end;
}

/** A block that begins with its sign, up to the next empty line. */
function signed(text: string): BlockContent {
  const heading = HEADING.exec(text);
  if (heading !== null) {
    const children = oneLine(parseInline(text.slice(heading[0].length)));
    return { type: 'heading', depth: Number(heading[1]) as 1, children };
  }
  const isQuote = QUOTE.test(text);
  const children = parseInline(text.replace(isQuote ? QUOTE : PARAGRAPH, ''));
  return isQuote
    ? { type: 'blockquote', children: [{ type: 'paragraph', children }] }
    : { type: 'paragraph', children };
}

function oneLine(nodes: PhrasingContent[]): PhrasingContent[] {
  return nodes.map((node) => (node.type === 'break' ? { type: 'text', value: ' ' } : node));
}

/** Items of one depth belong together; deeper ones hang below the item before them; other lines belong to it. */
function readList(lines: readonly string[], begin: number, blocks: BlockContent[]): number {
  const open: { readonly list: List; readonly marks: string }[] = [];
  let at = begin;
  while (at < lines.length) {
    const found = LIST.exec(lines[at] ?? '');
    if (found === null) break;
    const marks = (found[1] ?? '').slice(0, DEEPEST);
    const texts = [found[2] ?? ''];
    for (at += 1; at < lines.length && belongs(lines[at] ?? ''); at += 1)
      texts.push((lines[at] ?? '').trim());
    while (
      open.length > marks.length ||
      (open.length === marks.length && open.at(-1)?.marks.at(-1) !== marks.at(-1))
    )
      open.pop();
    if (open.length < marks.length || open.length === 0) {
      const ordered = marks.at(open.length) === '#';
      const list: List = { type: 'list', ordered, spread: false, children: [] };
      const above = open.at(-1)?.list.children.at(-1);
      if (above === undefined) blocks.push(list);
      else above.children.push(list);
      open.push({ list, marks: marks.slice(0, open.length + 1) });
    }
    const text = texts.join('\n');
    const box = /^\[([ x])\] (?=\S)/.exec(text);
    const children = parseInline(box === null ? text : text.slice(box[0].length));
    open.at(-1)?.list.children.push({
      type: 'listItem',
      spread: false,
      checked: box === null ? null : box[1] === 'x',
      children: children.length === 0 ? [] : [{ type: 'paragraph', children }],
    });
  }
  return at;
}

function belongs(line: string): boolean {
  return (
    line.trim() !== '' && !LIST.test(line) && !ROW.test(line) && !RULE.test(line) && !line.startsWith('>')
  );
}

const ALIGNMENTS: Readonly<Record<string, AlignType>> = { '<': 'left', '>': 'right', '=': 'center' };

function readTable(lines: readonly string[], begin: number, blocks: BlockContent[]): number {
  const rows: TableRow[] = [];
  const align: AlignType[] = [];
  let at = begin;
  for (; at < lines.length && ROW.test(lines[at] ?? ''); at += 1) {
    const cells = (lines[at] ?? '').trim().slice(1, -1).split('|');
    const children = cells.map((cell, column) => {
      const sign = /^_?([<>=])?[^.\s]{0,40}\.\s+/.exec(cell);
      const isSigned = sign !== null && /^[_<>=\\/]/.test(cell);
      const aligned = ALIGNMENTS[sign?.[1] ?? ''];
      if (isSigned && aligned !== undefined) align[column] ??= aligned;
      const text = isSigned ? cell.slice(sign[0].length) : cell;
      return { type: 'tableCell' as const, children: oneLine(parseInline(text.trim())) };
    });
    rows.push({ type: 'tableRow', children });
  }
  blocks.push({
    type: 'table',
    align: (rows[0]?.children ?? []).map((_, column) => align[column] ?? null),
    children: rows,
  });
  return at;
}
