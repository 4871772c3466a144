import type { RichText } from '@lockstep/sdk';
import { EXECUTED, unescapeText } from './executed.ts';

/**
 * The part of Textile that Redmine knows and Markdown has too: headings, lists, quotes, code, rules, bold, italic,
 * struck out, code and links. Anything else is text. What is not markup but would look like it is written as a
 * character reference, which Redmine shows as the character.
 */

interface Node {
  type: string;
  value?: string;
  url?: string;
  alt?: string;
  lang?: string;
  depth?: number;
  ordered?: boolean;
  checked?: boolean | null;
  spread?: boolean;
  children?: Node[];
}

export function parseTextile(text: string): RichText {
  return { type: 'root', children: parseBlocks(text.replaceAll(/\r\n?/g, '\n')) } as unknown as RichText;
}

function parseBlocks(text: string): Node[] {
  const blocks: Node[] = [];
  const rest = text.replaceAll(
    /<pre>(?:\s*<code(?: class="([\w-]+)")?>)?\n?([\s\S]*?)\n?(?:<\/code>\s*)?<\/pre>/g,
    (_all, lang: string | undefined, code: string) => {
      blocks.push({ type: 'code', value: code, ...(lang === undefined ? {} : { lang }) });
      return `\n\n${CODE}${blocks.length - 1}${CODE}\n\n`;
    },
  );
  const codes = blocks.splice(0);
  for (const block of rest.split(/\n[ \t]*\n+/)) {
    if (block.trim() !== '') blocks.push(...parseBlock(block.replaceAll(/^\n+|\s+$/g, ''), codes));
  }
  return blocks;
}

const CODE = '\u{E001}';

function parseBlock(block: string, codes: readonly Node[]): Node[] {
  const code = new RegExp(`^${CODE}(\\d+)${CODE}$`).exec(block)?.[1];
  if (code !== undefined) return [codes[Number(code)] as Node];
  const heading = /^h([1-6])\. +([\s\S]+)$/.exec(block);
  if (heading !== null)
    return [{ type: 'heading', depth: Number(heading[1]), children: parseInline(heading[2] ?? '') }];
  const quote = /^bq\. +([\s\S]+)$/.exec(block)?.[1];
  if (quote !== undefined)
    return [{ type: 'blockquote', children: [{ type: 'paragraph', children: parseInline(quote) }] }];
  if (/^-{3,}$/.test(block)) return [{ type: 'thematicBreak' }];
  const lines = block.split('\n');
  const begin = lines.findIndex((line) => LIST.test(line));
  if (begin === -1) return [{ type: 'paragraph', children: parseInline(block) }];
  const before = lines.slice(0, begin).join('\n');
  const list = parseList(lines.slice(begin));
  return [...(before === '' ? [] : [{ type: 'paragraph', children: parseInline(before) }]), ...list];
}

const LIST = /^([*#]+) +(.*)$/;

/** Lines of one depth belong together; deeper ones hang below the item before them. */
function parseList(lines: readonly string[], depth = 1): Node[] {
  const lists: Node[] = [];
  for (let index = 0; index < lines.length;) {
    const line = lines[index] ?? '';
    const [, marks = '', first = ''] = LIST.exec(line) ?? [];
    let end = index + 1;
    let text = marks === '' ? line : first;
    while (end < lines.length && !LIST.test(lines[end] ?? '')) text += `\n${lines[end++]}`;
    const below = end;
    while (end < lines.length && (LIST.exec(lines[end] ?? '')?.[1]?.length ?? 0) > depth) end += 1;
    const ordered = marks.at(depth - 1) === '#';
    const nested = end > below ? parseList(lines.slice(below, end), depth + 1) : [];
    const box = /^\[([ x])\] /.exec(text)?.[1];
    const own = { type: 'paragraph', children: parseInline(box === undefined ? text : text.slice(4)) };
    const checked = box === undefined ? null : box === 'x';
    const item: Node = { type: 'listItem', spread: false, checked, children: [own, ...nested] };
    const last = lists.at(-1);
    if (last?.ordered === ordered) last.children?.push(item);
    else lists.push({ type: 'list', ordered, spread: false, children: [item] });
    index = end;
  }
  return lists;
}

const EDGE = '(?<![\\p{L}\\p{N}])';
const AFTER = '(?![\\p{L}\\p{N}])';
const URL = '(?:https?:\\/\\/|mailto:)[^\\s<>"]*[^\\s<>".,;:!?)]';
const INLINE = new RegExp(
  [
    `${EDGE}@(?<code>[^@\\n]+)@${AFTER}`,
    `"(?<label>[^"\\n]+)":(?<url>${URL})`,
    `(?<bare>${URL})`,
    `${EDGE}\\*(?<strong>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*${AFTER}`,
    `${EDGE}_(?<emphasis>[^\\s_](?:[^_\\n]*[^\\s_])?)_${AFTER}`,
    `${EDGE}-(?<struck>[^\\s-](?:[^-\\n]*[^\\s-])?)-${AFTER}`,
    `(?<break>\\n)`,
  ].join('|'),
  'gu',
);

function parseInline(source: string): Node[] {
  const nodes: Node[] = [];
  const plain = (piece: string): void => {
    if (piece !== '') nodes.push({ type: 'text', value: decode(unescapeText(piece)) });
  };
  let end = 0;
  for (const found of source.matchAll(INLINE)) {
    plain(source.slice(end, found.index));
    nodes.push(phrase(found.groups ?? {}));
    end = found.index + found[0].length;
  }
  plain(source.slice(end));
  return nodes;
}

function phrase(found: Readonly<Record<string, string | undefined>>): Node {
  const { code, label, url, bare, strong, emphasis, struck } = found;
  if (code !== undefined) return { type: 'inlineCode', value: decode(code) };
  if (label !== undefined) return { type: 'link', url: decode(url ?? ''), children: parseInline(label) };
  if (bare !== undefined)
    return { type: 'link', url: decode(bare), children: [{ type: 'text', value: decode(bare) }] };
  if (strong !== undefined) return { type: 'strong', children: parseInline(strong) };
  if (emphasis !== undefined) return { type: 'emphasis', children: parseInline(emphasis) };
  if (struck !== undefined) return { type: 'delete', children: parseInline(struck) };
  return { type: 'break' };
}

function decode(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

export function printTextile(tree: RichText): string {
  return printBlocks((tree as unknown as Node).children ?? []);
}

function printBlocks(blocks: readonly Node[]): string {
  return blocks.map(printBlock).join('\n\n');
}

function printBlock(node: Node): string {
  const children = node.children ?? [];
  switch (node.type) {
    case 'heading':
      return `h${node.depth ?? 1}. ${printInline(children).replaceAll('\n', ' ')}`;
    case 'blockquote':
      return children
        .map((child) =>
          child.type === 'paragraph' ? `bq. ${printInline(child.children ?? [])}` : printBlock(child),
        )
        .join('\n\n');
    case 'code': {
      // Redmine shows what is in here character by character; only the end of the block cannot be shown.
      const code = (node.value ?? '').replaceAll(/<(?=\/(?:pre|code)>)/g, '< ');
      return /^[\w-]+$/.test(node.lang ?? '')
        ? `<pre><code class="${node.lang}">\n${code}\n</code></pre>`
        : `<pre>\n${code}\n</pre>`;
    }
    case 'list':
      return printList(node, '');
    case 'thematicBreak':
      return '---';
    case 'table':
      return children
        .map((row) => `|${(row.children ?? []).map((cell) => printInline(cell.children ?? [])).join('|')}|`)
        .join('\n');
    default:
      return node.children === undefined ? text(node.value ?? '') : printInline(children);
  }
}

function printList(list: Node, above: string): string {
  const marks = `${above}${list.ordered === true ? '#' : '*'}`;
  const lines = (list.children ?? []).map((item) => {
    const parts = item.children ?? [];
    const done = item.checked === true ? '[x] ' : item.checked === false ? '[ ] ' : '';
    const own = parts
      .filter((part) => part.type !== 'list')
      .map((part) => printInline(part.children ?? []))
      .join('\n');
    const below = parts.filter((part) => part.type === 'list').map((part) => `\n${printList(part, marks)}`);
    return `${marks} ${done}${own}${below.join('')}`;
  });
  return lines.join('\n');
}

function printInline(nodes: readonly Node[]): string {
  return nodes.map(printPhrase).join('');
}

function printPhrase(node: Node): string {
  const inner = (): string => printInline(node.children ?? []);
  switch (node.type) {
    case 'strong':
      return `*${inner()}*`;
    case 'emphasis':
      return `_${inner()}_`;
    case 'delete':
      return `-${inner()}-`;
    case 'inlineCode':
      return `@${encode(node.value ?? '', /[&<>@]/g)}@`;
    case 'link':
      // Redmine makes a link of an address by itself.
      return node.url === `mailto:${plainText(node)}` ? plainText(node) : `"${inner()}":${node.url ?? ''}`;
    case 'image':
      return `!${node.url ?? ''}!`;
    case 'break':
      return '\n';
    default:
      return node.children === undefined ? text(node.value ?? '') : inner();
  }
}

function plainText(node: Node): string {
  return node.value ?? (node.children ?? []).map(plainText).join('');
}

/**
 * Encoded: what Redmine would execute, and marks that do not stand between two letters. A soft line break is a
 * blank, since Redmine would show it as a line break.
 */
const RISKY = new RegExp(
  [
    `(?<=^|[\\s(,\\-[>])(?:${EXECUTED})`,
    '[&<>|]',
    '"(?=:)',
    '!(?=\\S)',
    '\\?(?=\\?)',
    '(?<![\\p{L}\\p{N}])[-*_@+^~%]|[-*_@+^~%](?![\\p{L}\\p{N}])',
    '(?<=^)#(?=\\s)',
    '(?<=^)(?:h[1-6]|bq|p|fn\\d+)(?=[.(])',
  ].join('|'),
  'gu',
);

function text(value: string): string {
  return encode(value.replaceAll('\n', ' '), RISKY);
}

function encode(value: string, pattern: RegExp): string {
  return value.replaceAll(pattern, (match) => `&#${match.codePointAt(0)};${match.slice(1)}`);
}
