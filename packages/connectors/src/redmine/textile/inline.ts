import { decodeReferences } from '@lockstep/sdk';
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
    if (piece !== '') nodes.push({ type: 'text', value: decodeReferences(unescapeText(piece)) });
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
  if (code !== undefined) return { type: 'inlineCode', value: decodeReferences(code) };
  if (label !== undefined)
    return {
      type: 'link',
      url: decodeReferences(url ?? ''),
      title: title === undefined ? null : decodeReferences(title),
      children: parseInline(label, depth + 1),
    };
  if (image !== undefined)
    return { type: 'image', url: decodeReferences(image), alt: decodeReferences(alt ?? '') };
  if (bare !== undefined)
    return {
      type: 'link',
      url: decodeReferences(bare),
      children: [{ type: 'text', value: decodeReferences(bare) }],
    };
  const [name, text = ''] = Object.entries(found).find(
    ([key, value]) => value !== undefined && key in MARKS,
  ) ?? [''];
  if (name === '') return { type: 'break' };
  return { type: MARKS[name] ?? 'strong', children: parseInline(text, depth + 1) } as PhrasingContent;
}
