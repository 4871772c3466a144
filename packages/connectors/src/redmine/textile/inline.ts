import type { PhrasingContent } from '@lockstep/sdk';
import { unescapeText } from '../executed.ts';

const EDGE = '(?<![\\p{L}\\p{N}])';
const AFTER = '(?![\\p{L}\\p{N}])';
export const ADDRESS = '(?:https?:\\/\\/|ftp:\\/\\/|mailto:)[^\\s<>"|]{0,2000}[^\\s<>".,;:!?)|]';

const marked = (name: string, sign: string): string => {
  const inClass = sign === '-' || sign === '^' ? `\\${sign}` : sign;
  const escaped = /[*+^]/.test(sign) ? `\\${sign}` : sign;
  return `${EDGE}${escaped}(?<${name}>[^\\s${inClass}](?:[^${inClass}\\n]{0,2000}[^\\s${inClass}])?)${escaped}${AFTER}`;
};

const INLINE = new RegExp(
  [
    `${EDGE}@(?<code>[^@\\n]{1,4000})@${AFTER}`,
    `"(?<label>[^"\\n]{1,2000}?)(?:\\((?<title>[^()"\\n]{1,500})\\))?":(?<url>(?:${ADDRESS})|[#/][^\\s<>"|]{0,500}[^\\s<>".,;:!?)|])`,
    `(?<=^|[\\s(])!(?<image>[^\\s(!|]{1,2000})(?:\\((?<alt>[^)\\n]{1,500})\\))?!`,
    `(?<![A-Za-z])(?<bare>${ADDRESS})`,
    marked('strong', '*'),
    marked('emphasis', '_'),
    `${EDGE}\\?\\?(?<cite>[^?\\n]{1,500})\\?\\?${AFTER}`,
    marked('struck', '-'),
    marked('underlined', '+'),
    marked('above', '^'),
    marked('below', '~'),
    `(?<break>\\n)`,
  ].join('|'),
  'gu',
);

const MARKS: Readonly<Record<string, string>> = {
  strong: 'strong',
  emphasis: 'emphasis',
  cite: 'emphasis',
  struck: 'delete',
  underlined: 'underline',
  above: 'superscript',
  below: 'subscript',
};

const DEEPEST = 12;

/** The text of one paragraph; its lines are lines. Inside marks it is read the same way, to a depth that people reach. */
export function parseInline(source: string, depth = 0): PhrasingContent[] {
  const nodes: PhrasingContent[] = [];
  const plain = (piece: string): void => {
    if (piece !== '') nodes.push({ type: 'text', value: decode(unescapeText(piece)) });
  };
  if (depth > DEEPEST) {
    plain(source);
    return nodes;
  }
  let end = 0;
  for (const found of source.matchAll(INLINE)) {
    plain(source.slice(end, found.index));
    nodes.push(phrase(found.groups ?? {}, depth));
    end = found.index + found[0].length;
  }
  plain(source.slice(end));
  return nodes;
}

function phrase(found: Readonly<Record<string, string | undefined>>, depth: number): PhrasingContent {
  const { code, label, title, url, image, alt, bare } = found;
  if (code !== undefined) return { type: 'inlineCode', value: decode(code) };
  if (label !== undefined)
    return {
      type: 'link',
      url: decode(url ?? ''),
      title: title === undefined ? null : decode(title),
      children: parseInline(label, depth + 1),
    };
  if (image !== undefined) return { type: 'image', url: decode(image), alt: decode(alt ?? '') };
  if (bare !== undefined)
    return { type: 'link', url: decode(bare), children: [{ type: 'text', value: decode(bare) }] };
  const [name, text = ''] = Object.entries(found).find(
    ([key, value]) => value !== undefined && key in MARKS,
  ) ?? [''];
  if (name === '') return { type: 'break' };
  return { type: MARKS[name] ?? 'strong', children: parseInline(text, depth + 1) } as PhrasingContent;
}

function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|(amp|lt|gt|quot));/g, (all, digits?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? all;
    const point = Number(digits);
    return point > 0 && point <= 0x10_ffff ? String.fromCodePoint(point).toWellFormed() : all;
  });
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
