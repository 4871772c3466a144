import type { BlockContent, List, ListItem, PhrasingContent, RootContent, TableRow } from 'mdast';
import type { RichText } from '../form.ts';
import { parseInline } from './inline.ts';

/** Reads line by line: each is looked at once, and quotes do not nest. */
export function parseBlocks(text: string): RichText {
  const lost = new Set<string>();
  const children = readBlocks(text.split('\n'), lost, false);
  return {
    type: 'root',
    children: children as RootContent[],
    ...(lost.size === 0 ? {} : { data: { lost: [...lost] } }),
  };
}

const CODE = /^\s*\{(code|noformat)(?::([^}\n]*))?\}(.*)$/;
const HEADING = /^\s*h([1-6])\.\s+(.*)$/;
const LIST = /^\s*([*#]+|-+)\s+(.*)$/;
const ROW = /^\s*\|/;

function readBlocks(lines: readonly string[], lost: Set<string>, isQuote: boolean): BlockContent[] {
  const blocks: BlockContent[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    const children = parseInline(paragraph.join('\n'), lost);
    paragraph = [];
    if (children.length > 0) blocks.push({ type: 'paragraph', children });
  };
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    const code = CODE.exec(line);
    const heading = HEADING.exec(line);
    if (code !== null) {
      flush();
      at = readCode(lines, at, code, blocks);
    } else if (!isQuote && /^\s*\{quote\}/.test(line)) {
      flush();
      at = readQuote(lines, at, blocks, lost);
    } else if (/^\s*\{panel(?::[^}]*)?\}/.test(line)) {
      lost.add('panel (what is in it)');
      paragraph.push(line.replace(/\{panel(?::[^}]*)?\}/, ''));
      at += 1;
    } else if (heading !== null) {
      flush();
      blocks.push({
        type: 'heading',
        depth: Number(heading[1]) as 1,
        children: oneLine(parseInline(heading[2] ?? '', lost)),
      });
      at += 1;
    } else if (/^\s*-{4,5}\s*$/.test(line)) {
      flush();
      blocks.push({ type: 'thematicBreak' });
      at += 1;
    } else if (/^\s*bq\.\s/.test(line)) {
      flush();
      const children = parseInline(line.replace(/^\s*bq\.\s+/, ''), lost);
      blocks.push({ type: 'blockquote', children: [{ type: 'paragraph', children }] });
      at += 1;
    } else if (LIST.test(line)) {
      flush();
      at = readList(lines, at, blocks, lost);
    } else if (ROW.test(line)) {
      flush();
      at = readTable(lines, at, blocks, lost);
    } else {
      if (line.trim() === '') flush();
      else paragraph.push(line);
      at += 1;
    }
  }
  flush();
  return blocks;
}

function oneLine(nodes: PhrasingContent[]): PhrasingContent[] {
  return nodes.map((node) => (node.type === 'break' ? { type: 'text', value: ' ' } : node));
}

/** Up to the same macro again, or to the end. What follows on its line is read as a line of its own. */
function readCode(
  lines: readonly string[],
  begin: number,
  found: RegExpExecArray,
  blocks: BlockContent[],
): number {
  const [, macro = '', options = '', rest = ''] = found;
  const end = `{${macro}}`;
  const content: string[] = [];
  let at = begin;
  for (let line = rest; ; line = lines[at] ?? '') {
    const close = line.indexOf(end);
    content.push(close === -1 ? line : line.slice(0, close));
    at += 1;
    if (close !== -1 || at >= lines.length) {
      const after = close === -1 ? '' : line.slice(close + end.length);
      blocks.push({ type: 'code', lang: languageOf(options), value: trimLines(content) });
      if (after.trim() !== '')
        blocks.push({ type: 'paragraph', children: [{ type: 'text', value: after.trim() }] });
      return at;
    }
  }
}

function languageOf(options: string): string | null {
  const parts = options.split('|');
  const named = parts.find((part) => part.startsWith('language='))?.slice('language='.length);
  const language = named ?? parts.find((part) => part !== '' && !part.includes('='));
  return language === undefined || language === 'none' ? null : language;
}

function trimLines(lines: readonly string[]): string {
  const first = lines[0] === '' ? 1 : 0;
  const last = lines.length > first && lines.at(-1) === '' ? -1 : undefined;
  return lines
    .slice(first, last)
    .join('\n')
    .replaceAll(/\{\u2060(?=code\}|noformat\})/g, '{');
}

function readQuote(
  lines: readonly string[],
  begin: number,
  blocks: BlockContent[],
  lost: Set<string>,
): number {
  const inner: string[] = [];
  let code: string | undefined;
  let at = begin;
  for (let line = (lines[at] ?? '').replace(/^\s*\{quote\}/, ''); ; line = lines[at] ?? '') {
    const close = code === undefined ? line.indexOf('{quote}') : -1;
    inner.push(close === -1 ? line : line.slice(0, close));
    const macro = CODE.exec(line)?.[1];
    if (
      code === undefined &&
      macro !== undefined &&
      !line.slice(line.indexOf('}') + 1).includes(`{${macro}}`)
    )
      code = macro;
    else if (code !== undefined && line.includes(`{${code}}`)) code = undefined;
    at += 1;
    if (close !== -1 || at >= lines.length) {
      const children = readBlocks(inner, lost, true);
      if (children.length > 0) blocks.push({ type: 'blockquote', children });
      const after = close === -1 ? '' : line.slice(close + '{quote}'.length).replaceAll('{quote}', '');
      if (after.trim() !== '') blocks.push({ type: 'paragraph', children: parseInline(after.trim(), lost) });
      return at;
    }
  }
}

const MOST_DEEP = 30;

/** Items and, below each, lines that belong to it: an item ends with an empty line or another block. */
function readList(
  lines: readonly string[],
  begin: number,
  blocks: BlockContent[],
  lost: Set<string>,
): number {
  const open: { readonly list: List; readonly marks: string }[] = [];
  let at = begin;
  for (; at < lines.length; at += 1) {
    const found = LIST.exec(lines[at] ?? '');
    if (found === null || /^\s*-{2,}\s/.test(lines[at] ?? '')) {
      const line = lines[at] ?? '';
      if (at === begin) return readParagraph(lines, at, blocks, lost);
      if (
        line.trim() === '' ||
        HEADING.test(line) ||
        ROW.test(line) ||
        /^\s*(?:\{(?!\{)|bq\.\s|-{4,5}\s*$)/.test(line)
      )
        break;
      const item = open.at(-1)?.list.children.at(-1);
      const first = item?.children[0];
      if (first?.type === 'paragraph') first.children.push({ type: 'break' }, ...parseInline(line, lost));
      continue;
    }
    const marks = (found[1] ?? '').slice(0, MOST_DEEP).replaceAll('-', '*');
    while (
      open.length > marks.length ||
      (open.length === marks.length && open.at(-1)?.marks.at(-1) !== marks.at(-1) && open.length > 0)
    )
      open.pop();
    while (open.length < marks.length) {
      const list: List = { type: 'list', ordered: marks[open.length] === '#', spread: false, children: [] };
      const above = open.at(-1)?.list;
      if (above === undefined) blocks.push(list);
      else {
        if (above.children.length === 0)
          above.children.push({ type: 'listItem', spread: false, children: [] });
        above.children.at(-1)?.children.push(list);
      }
      open.push({ list, marks: marks.slice(0, open.length + 1) });
    }
    const item: ListItem = {
      type: 'listItem',
      spread: false,
      children: [{ type: 'paragraph', children: parseInline(found[2] ?? '', lost) }],
    };
    open.at(-1)?.list.children.push(item);
  }
  return at;
}

function readParagraph(
  lines: readonly string[],
  at: number,
  blocks: BlockContent[],
  lost: Set<string>,
): number {
  blocks.push({ type: 'paragraph', children: parseInline(lines[at] ?? '', lost) });
  return at + 1;
}

function readTable(
  lines: readonly string[],
  begin: number,
  blocks: BlockContent[],
  lost: Set<string>,
): number {
  const rows: TableRow[] = [];
  let at = begin;
  for (; at < lines.length && ROW.test(lines[at] ?? ''); at += 1)
    rows.push({
      type: 'tableRow',
      children: cellsOf(lines[at] ?? '').map((cell) => ({
        type: 'tableCell',
        children: oneLine(parseInline(cell, lost)),
      })),
    });
  blocks.push({ type: 'table', children: rows });
  return at;
}

/** Between bars, but for those that are escaped or in a link. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isLink = false;
  for (const [piece] of line
    .trim()
    .replace(/^\|{1,2}/, '')
    .matchAll(/\\.|\|{1,2}|[[\]]|[^\\|[\]]+|\\/g)) {
    if (piece.startsWith('|') && !isLink) {
      cells.push(cell.trim());
      cell = '';
    } else cell += piece;
    if (piece === '[') isLink = /\[[^\]\n|]*\|[^\]\n]*\]/.test(line);
    else if (piece === ']') isLink = false;
  }
  if (cell.trim() !== '' || cells.length === 0) cells.push(cell.trim());
  return cells;
}
