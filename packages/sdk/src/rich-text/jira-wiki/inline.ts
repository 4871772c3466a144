import type { PhrasingContent } from 'mdast';
import { decodeReferences } from '../references.ts';

/** What marks stand between: no letter or digit outside of them, no blank inside. */
const EDGE = '(?<![\\p{L}\\p{N}\\\\])';
const AFTER = '(?![\\p{L}\\p{N}])';
const marked = (name: string, sign: string): string => {
  const inClass = sign === '-' ? '\\-' : sign;
  return `${EDGE}${sign}(?<${name}>[^\\s${inClass}](?:(?:[^${inClass}\\n\\\\]|\\\\.){0,2000}?[^\\s${inClass}\\\\])?)${sign}${AFTER}`;
};
const URL =
  '(?:https?:\\/\\/|mailto:|ftp:\\/\\/)[^\\s<>"|\\]{}!\\\\]{0,2000}[^\\s<>"|\\]{}.,;:!?)\'*_+^~\\\\\\-]';

const INLINE = new RegExp(
  [
    '\\\\(?<break>\\\\)\\s*',
    '\\\\(?<escaped>[^\\p{L}\\p{N}\\s\\\\])',
    '\\{\\{(?<code>(?:[^{}\\n\\\\]|\\\\.){1,4000})\\}\\}',
    '\\[~(?<mention>[^\\]\\n|]{1,200})\\]',
    `\\[(?:(?<label>(?:[^\\]\\[|\\n\\\\]|\\\\.){1,2000})\\|)?(?<url>(?:[a-z][a-z0-9+.-]{1,20}:|#|\\/)[^\\]\\s|]{1,2000})(?:\\|[^\\]\\n]{0,200})?\\]`,
    `${EDGE}!(?<image>[^\\s!|\\n]{1,2000})(?:\\|(?<options>[^!\\n]{0,500}))?!`,
    `(?<bare>${URL})`,
    '\\{(?<macro>color|anchor|\\/?\\w{2,20})(?::(?<argument>[^}\\n]{0,200}))?\\}',
    '\\{(?<strict>[*_+^~-])\\}(?<inner>(?:[^\\n\\\\]|\\\\.){1,2000}?)\\{\\k<strict>\\}',
    marked('strong', '\\*'),
    marked('emphasis', '_'),
    `${EDGE}\\?\\?(?<cite>[^?\\n]{1,500})\\?\\?${AFTER}`,
    marked('struck', '-'),
    marked('underlined', '\\+'),
    marked('above', '\\^'),
    marked('below', '~'),
    '&(?<entity>#\\d{1,7}|amp|lt|gt|quot);',
    '(?<newline>\\n)',
    `(?<smile>:\\)|:\\(|:D|;\\)|\\((?:\\/|x|!|\\*|y|n|i)\\))(?=\\s|$)`,
  ].join('|'),
  'gu',
);

const SMILES: Readonly<Record<string, string>> = {
  ':)': '🙂',
  ':(': '🙁',
  ':D': '😀',
  ';)': '😉',
  '(/)': '✅',
  '(x)': '❌',
  '(!)': '⚠️',
  '(*)': '⭐',
  '(y)': '👍',
  '(n)': '👎',
  '(i)': 'ℹ️',
};

const STRICT: Readonly<
  Record<string, 'strong' | 'emphasis' | 'delete' | 'underline' | 'superscript' | 'subscript'>
> = {
  '*': 'strong',
  _: 'emphasis',
  '-': 'delete',
  '+': 'underline',
  '^': 'superscript',
  '~': 'subscript',
};

const DEEPEST = 12;

/** The text of one paragraph; its lines are lines. Inside marks it is read the same way, to a depth that people reach. */
export function parseInline(source: string, lost: Set<string>, depth = 0): PhrasingContent[] {
  const nodes: PhrasingContent[] = [];
  if (depth > DEEPEST) return [{ type: 'text', value: source }];
  let end = 0;
  for (const found of source.matchAll(INLINE)) {
    if (found.index > end) nodes.push({ type: 'text', value: source.slice(end, found.index) });
    nodes.push(...phrase(found.groups ?? {}, lost, depth));
    end = found.index + found[0].length;
  }
  if (end < source.length) nodes.push({ type: 'text', value: source.slice(end) });
  return nodes;
}

type Found = Readonly<Record<string, string | undefined>>;

function phrase(found: Found, lost: Set<string>, depth: number): PhrasingContent[] {
  const { escaped, code, mention, label, url, image, bare, macro, strict, inner, cite, entity, smile } =
    found;
  const nested = (text: string): PhrasingContent[] => parseInline(text, lost, depth + 1);
  if (found['break'] !== undefined || found['newline'] !== undefined) return [{ type: 'break' }];
  if (escaped !== undefined) return [{ type: 'text', value: escaped }];
  if (code !== undefined) return [{ type: 'inlineCode', value: unescaped(code) }];
  if (mention !== undefined) return [{ type: 'mention', ...personOf(mention) }];
  if (url !== undefined)
    return [
      {
        type: 'link',
        url: decodeReferences(url),
        children: label === undefined ? [{ type: 'text', value: decodeReferences(url) }] : nested(label),
      },
    ];
  if (image !== undefined)
    return [{ type: 'image', url: decodeReferences(image), alt: altOf(found['options'] ?? '') }];
  if (bare !== undefined)
    return [
      {
        type: 'link',
        url: decodeReferences(bare),
        children: [{ type: 'text', value: decodeReferences(bare) }],
      },
    ];
  if (macro !== undefined) {
    lost.add(`{${macro.replace('/', '')}} (what is in it)`);
    return [];
  }
  if (strict !== undefined && inner !== undefined)
    return [{ type: STRICT[strict] ?? 'strong', children: nested(inner) } as PhrasingContent];
  if (cite !== undefined) return [{ type: 'emphasis', children: nested(cite) }];
  if (entity !== undefined) return [{ type: 'text', value: decodeReferences(`&${entity};`) }];
  if (smile !== undefined) return [{ type: 'text', value: SMILES[smile] ?? smile }];
  const [name, text = ''] = Object.entries(found).find(
    ([key, value]) => value !== undefined && key in NAMES,
  ) ?? [''];
  return [{ type: NAMES[name] ?? 'strong', children: nested(text) } as PhrasingContent];
}

const NAMES: Readonly<Record<string, string>> = {
  strong: 'strong',
  emphasis: 'emphasis',
  struck: 'delete',
  underlined: 'underline',
  above: 'superscript',
  below: 'subscript',
};

function personOf(text: string): { readonly user: string; readonly value: string } {
  const user = decodeReferences(text);
  return { user, value: user.replace(/^accountid:/, '') };
}

function altOf(options: string): string {
  return decodeReferences(/(?:^|,)alt=([^,]*)/.exec(options)?.[1] ?? '');
}

function unescaped(text: string): string {
  return decodeReferences(text.replaceAll(/\\([^\p{L}\p{N}\s])/gu, '$1'));
}
