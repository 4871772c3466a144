import { reference } from '@lockstep/sdk';
import type {
  BlockContent,
  Blockquote,
  List,
  ListItem,
  Nodes,
  PhrasingContent,
  RichText,
  Table,
} from '@lockstep/sdk';
import { EXECUTED } from '../executed.ts';
import { ADDRESS } from './inline.ts';

/** Textile of the tree's own marks and of no others: what only looks like markup is written as a character reference. */
export function printTextile(tree: RichText): string {
  return blocksOf(tree.children);
}

function blocksOf(nodes: readonly Nodes[]): string {
  return nodes
    .map(block)
    .filter((text) => text !== '')
    .join('\n\n');
}

function block(node: Nodes): string {
  switch (node.type) {
    case 'paragraph':
      return inline(node.children);
    case 'heading': {
      const text = inline(node.children).replaceAll('\n', ' ');
      return text === '' ? '' : `h${node.depth}. ${text}`;
    }
    case 'thematicBreak':
      return '---';
    case 'code':
      return code(node.value, node.lang ?? '');
    case 'blockquote':
      return quote(node);
    case 'list':
      return list(node);
    case 'table':
      return table(node);
    case 'html':
      return escape(node.value);
    case 'footnoteDefinition':
      return `${escape(`[^${node.identifier}]:`)} ${blocksOf(node.children)}`.trimEnd();
    default:
      return inline([node as PhrasingContent]);
  }
}

/** Redmine shows what is in here character by character; only the end of the block cannot be shown. */
function code(value: string, language: string): string {
  const text = value.replaceAll(/<(?=\/(?:pre|code)>)/g, '<\u2060');
  return /^[\w-]+$/.test(language)
    ? `<pre><code class="${language}">\n${text}\n</code></pre>`
    : `<pre>\n${text}\n</pre>`;
}

/** Code cannot stand in a quote: it comes behind it. */
function quote(node: Blockquote): string {
  const [only] = node.children;
  if (node.children.length === 1 && only?.type === 'paragraph') {
    const text = inline(only.children);
    return text === '' ? '' : `bq. ${text}`;
  }
  const behind: string[] = [];
  const inner = blocksOf(withoutCode(node.children, behind) as Nodes[]);
  const quoted = inner
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
  return [...(inner === '' ? [] : [quoted]), ...behind].join('\n\n');
}

function withoutCode(blocks: readonly Nodes[], behind: string[]): Nodes[] {
  return blocks.flatMap((one): Nodes[] => {
    if (one.type === 'code') {
      behind.push(block(one));
      return [];
    }
    if (one.type !== 'blockquote' && one.type !== 'list' && one.type !== 'listItem') return [one];
    return [{ ...one, children: withoutCode(one.children, behind) } as Nodes];
  });
}

/** Blocks that an item cannot hold come after the list. */
function list(node: List): string {
  const lines: string[] = [];
  const behind: string[] = [];
  for (const item of node.children) listItem(item, node.ordered === true ? '#' : '*', lines, behind);
  return [lines.join('\n'), ...behind].filter((text) => text !== '').join('\n\n');
}

function listItem(item: ListItem, marks: string, lines: string[], behind: string[]): void {
  const texts = item.children.flatMap((child) =>
    child.type === 'paragraph' ? [inline(child.children)] : [],
  );
  const own = texts.filter((text) => text !== '').join('\n');
  const box = item.checked === true ? '[x] ' : item.checked === false ? '[ ] ' : '';
  // An item without a word has no place of its own.
  if (own !== '') lines.push(`${marks} ${box}${own}`);
  for (const child of item.children as BlockContent[]) {
    if (child.type === 'paragraph') continue;
    if (child.type !== 'list') {
      behind.push(block(child));
      continue;
    }
    const stem = own === '' ? marks.slice(0, -1) : marks;
    for (const one of child.children)
      listItem(one, `${stem}${child.ordered === true ? '#' : '*'}`, lines, behind);
  }
}

const ALIGNMENTS = { left: '<', right: '>', center: '=' } as const;

function table(node: Table): string {
  return node.children
    .map((row, index) => {
      const cells = row.children.map((cell, column) => {
        const text = inline(cell.children).replaceAll('\n', ' ');
        const align = node.align?.[column];
        const sign = `${index === 0 ? '_' : ''}${align ? ALIGNMENTS[align] : ''}`;
        return sign === '' ? ` ${text} ` : `${sign}. ${text}`;
      });
      return `|${cells.join('|')}|`;
    })
    .join('\n');
}

const SIGNS: Readonly<Record<string, string>> = {
  strong: '*',
  emphasis: '_',
  delete: '-',
  underline: '+',
  superscript: '^',
  subscript: '~',
};

/** A piece of a line, and what it needs around it to be read as what it is. */
interface Piece {
  readonly text: string;
  /** Text alone, for where there is no room around it. */
  readonly bare?: string;
  readonly kind: 'text' | 'mark' | 'code' | 'link' | 'image' | 'break';
}

function inline(nodes: readonly PhrasingContent[], isMarked = false): string {
  const pieces = nodes.flatMap((node) => piecesOf(node, isMarked)).filter(({ text }) => text !== '');
  let line = '';
  for (const [index, { text, bare, kind }] of pieces.entries()) {
    const next = pieces[index + 1]?.text ?? '';
    const isFree = /(?:^|[\s(])$/.test(line) && /^(?:$|[\s,.;:!?)])/.test(next);
    if (kind === 'mark' || kind === 'code') line += isFree ? text : (bare ?? '');
    else if (kind === 'image')
      line += `${/(?:^|\s)$/.test(line) ? '' : ' '}${text}${/^(?:$|\s)/.test(next) ? '' : ' '}`;
    else if (kind === 'link') {
      const isApart = text.startsWith('"') ? !/[\p{L}\p{N}]$/u.test(line) : !/[A-Za-z]$/.test(line);
      const isOpen = /^(?:$|[\s]|[.,;:!?]+(?:\s|$))/.test(next);
      line += `${isApart ? '' : ' '}${text}${isOpen ? '' : ' '}`;
    } else line += text;
  }
  return line.replaceAll(/ +(?=\n)|(?<=\n) +/g, '').trim();
}

/** A mark around an address or a file is none: they would swallow its end. */
function piecesOf(node: PhrasingContent, isMarked: boolean): readonly Piece[] {
  const sign = SIGNS[node.type];
  if (sign === undefined || !('children' in node)) return [piece(node, isMarked)];
  const children = node.children as PhrasingContent[];
  const inner = isSimple(children) ? inline(children, true).replaceAll('\n', ' ') : '';
  if (inner === '') return children.flatMap((child) => piecesOf(child, isMarked));
  return [{ kind: 'mark', text: `${sign}${inner}${sign}`, bare: inline(children, isMarked) }];
}

function piece(node: PhrasingContent, isMarked: boolean): Piece {
  switch (node.type) {
    case 'text':
      return { kind: 'text', text: escape(node.value.replaceAll('\n', ' '), isMarked) };
    case 'break':
      return { kind: 'break', text: '\n' };
    case 'inlineCode': {
      const value = node.value.replaceAll('\n', ' ').trim();
      const bare = escape(value, isMarked);
      if (value === '') return { kind: 'text', text: '' };
      return { kind: 'code', text: `@${encode(value, /[&<>@|"]/g)}@`, bare };
    }
    case 'image': {
      const url = node.url.replaceAll(/[\s(!|<>"]/g, percent);
      const alt = (node.alt ?? '').replaceAll(/[)\n!|&<>]/g, reference);
      if (url === '') return { kind: 'text', text: escape(node.alt ?? '', isMarked) };
      return { kind: 'image', text: `!${url}${alt === '' ? '' : `(${alt})`}!` };
    }
    case 'link':
      return link(node.url, node.title ?? '', node.children);
    case 'html':
      return { kind: 'text', text: escape(node.value, isMarked) };
    case 'footnoteReference':
      return { kind: 'text', text: escape(`[^${node.identifier}]`, isMarked) };
    default:
      return {
        kind: 'text',
        text: 'children' in node ? inline(node.children as PhrasingContent[], isMarked) : '',
      };
  }
}

/** Letters and marks alone? */
function isSimple(nodes: readonly PhrasingContent[]): boolean {
  return nodes.every(
    (node) =>
      node.type === 'text' ||
      (node.type in SIGNS && 'children' in node && isSimple(node.children as PhrasingContent[])),
  );
}

const WHOLE = new RegExp(`^(?:${ADDRESS})$`, 'u');

function link(given: string, title: string, children: readonly PhrasingContent[]): Piece {
  const url = given
    .replaceAll(/[\s<>"|]/g, percent)
    .replace(/[.,;:!?)]+$/, (end) => end.replaceAll(/./g, percent));
  const shown = children.map((child) => (child.type === 'text' ? child.value : '\n')).join('');
  const inner = inline(children, true).replaceAll('\n', ' ').replaceAll(/["]/g, reference);
  // Redmine makes a link of an address by itself.
  if (title === '' && [shown, `http://${shown}`, `mailto:${shown}`].includes(given))
    return WHOLE.test(shown) ? { kind: 'link', text: shown } : { kind: 'text', text: escape(shown) };
  if (!WHOLE.test(url) && !/^[#/][^\s]+$/.test(url)) return { kind: 'text', text: inner };
  const told = title.replaceAll(/[()"\n&<>]/g, reference);
  const label = inner.replace(/\)$/, '&#41;');
  return label === ''
    ? { kind: 'link', text: url }
    : { kind: 'link', text: `"${label}${told === '' ? '' : `(${told})`}":${url}` };
}

/**
 * Encoded: what Redmine would execute, signs of blocks at the beginning, and marks that do not stand between two
 * letters; inside of marks every mark.
 */
const RISKY = [
  `(?<=^|[\\s(,\\-[>])(?:${EXECUTED})`,
  '[&<>|"]',
  '!(?=\\S)',
  '\\?(?=\\?)|(?<=\\?)\\?',
  '(?<=^\\s*)#(?=[\\s#*])',
  '(?<=^\\s*)\\[(?=[ x]\\] )',
  '(?<=^\\s*)(?:h[1-6]|bq|p|fn\\d+|table|notextile)(?=[.(\\[{<>=])',
];
const BESIDE = new RegExp(
  [...RISKY, '(?<![\\p{L}\\p{N}])[-*_@+^~%]|[-*_@+^~%](?![\\p{L}\\p{N}])'].join('|'),
  'gu',
);
const INSIDE = new RegExp([...RISKY, '[-*_@+^~%?]'].join('|'), 'gu');

function escape(text: string, isMarked = false): string {
  return encode(text, isMarked ? INSIDE : BESIDE);
}

function encode(text: string, pattern: RegExp): string {
  return text.replaceAll(
    pattern,
    (found) => `${reference(String.fromCodePoint(found.codePointAt(0) ?? 32))}${found.slice(1)}`,
  );
}

function percent(sign: string): string {
  return /[\s<>"|]/.test(sign) || sign.length > 1
    ? encodeURIComponent(sign)
    : `%${(sign.codePointAt(0) ?? 32).toString(16).toUpperCase()}`;
}
