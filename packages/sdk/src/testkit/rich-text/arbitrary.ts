import fc from 'fast-check';
import type { BlockContent, ListItem, PhrasingContent } from 'mdast';
import type { RichText } from '../../rich-text/form.ts';

/** What a program sends, or somebody who means harm: signs of every dialect, halves of letters, other directions. */
const PIECES = [
  'word',
  'Größe',
  'a_b',
  ' ',
  '  ',
  '\t',
  '\n',
  '\n\n',
  '\r\n',
  '\0',
  '\uD800',
  '\uDC00x',
  '\u202Eright',
  '\u200B',
  '\u2060',
  'e\u0301',
  '👩🏽‍🚀',
  'العربية',
  '\u00A0',
  '\uE000',
  '\uE001',
  '*',
  '**',
  '_',
  '__',
  '~~',
  '-',
  '--',
  '+',
  '^',
  '~',
  '`',
  '```\n',
  '#',
  '# ',
  '1. ',
  '- ',
  '* ',
  '> ',
  'bq. ',
  'h1. ',
  '|',
  '||',
  '|---|',
  '[',
  ']',
  '(',
  ')',
  '](x)',
  '[x]',
  '[ ] ',
  '!',
  '!a.png!',
  '"',
  '":http://a.b',
  '\\',
  '\\\\',
  '&amp;',
  '&#42;',
  '<b>',
  '</b>',
  '<sub>',
  '</sub>',
  '<!--',
  '-->',
  '<script>alert(1)</script>',
  '<pre>',
  '</pre>',
  '<code>',
  '{',
  '}',
  '{{',
  '}}',
  '{code}',
  '{code:js}\n',
  '{noformat}',
  '{quote}',
  '{color:red}',
  '{*}',
  '@me',
  '@',
  '[~bob]',
  '[~accountid:1]',
  ':',
  ';',
  '.',
  '%',
  '#12',
  '/close',
  '----',
  'http://a.b/c_d',
  'www.x.org',
  'me@x.org',
  'javascript:alert(1)',
  '[a|http://b.c]',
  '[^1]',
  ':)',
  '(/)',
  '=',
  '$',
  "'",
  '"type":"doc"',
];

export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));

const words = fc
  .array(
    fc.constantFrom(
      'word',
      'Größe',
      'a_b',
      '2*3',
      '#1',
      '@me',
      '<x>',
      '&amp;',
      '{x}',
      '[y]',
      'well-known',
      '👩🏽‍🚀',
      'h1.',
      '|',
      '~',
      '+1',
      '^',
      '!',
      '-',
      '1.',
      ':',
      '"q"',
      '//',
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) => all.join(' '));

const url = fc.constantFrom(
  'https://example.com/a_b?c=d&e=f#g',
  'mailto:me@example.org',
  'http://a.example/(x)',
  'https://a.example/%20|b',
);

const { phrasing } = fc.letrec<{ phrasing: PhrasingContent }>((tie) => ({
  phrasing: fc.oneof(
    { depthSize: 'small' },
    words.map((value): PhrasingContent => ({ type: 'text', value })),
    words.map((value): PhrasingContent => ({ type: 'inlineCode', value })),
    fc.constant<PhrasingContent>({ type: 'break' }),
    words.map((value): PhrasingContent => ({ type: 'mention', user: value, value })),
    fc.tuple(url, words).map(([to, alt]): PhrasingContent => ({ type: 'image', url: to, alt })),
    fc
      .tuple(
        fc.constantFrom('strong', 'emphasis', 'delete', 'subscript', 'superscript', 'underline'),
        fc.array(tie('phrasing'), { minLength: 1, maxLength: 2 }),
      )
      .map(([type, children]) => ({ type, children }) as PhrasingContent),
    fc.tuple(url, words).map(([to, value]): PhrasingContent => ({
      type: 'link',
      url: to,
      children: [{ type: 'text', value }],
    })),
  ),
}));

/** Text between the nodes, as people write: marks stand around words, not side by side. */
const line = fc
  .array(phrasing, { minLength: 1, maxLength: 3 })
  .map((nodes) =>
    nodes.flatMap((node, index): PhrasingContent[] =>
      index === 0 ? [node] : [{ type: 'text', value: ' and ' }, node],
    ),
  );

const { block } = fc.letrec<{ block: BlockContent }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small' },
    line.map((children): BlockContent => ({ type: 'paragraph', children })),
    fc
      .tuple(fc.integer({ min: 1, max: 6 }), words)
      .map(
        ([depth, value]) => ({ type: 'heading', depth, children: [{ type: 'text', value }] }) as BlockContent,
      ),
    fc.constant<BlockContent>({ type: 'thematicBreak' }),
    fc
      .tuple(fc.constantFrom('js', null), words)
      .map(([lang, value]): BlockContent => ({ type: 'code', lang, value: `${value}\n  ${value}` })),
    fc
      .array(tie('block'), { minLength: 1, maxLength: 2 })
      .map((children): BlockContent => ({ type: 'blockquote', children })),
    fc
      .tuple(
        fc.boolean(),
        fc.constantFrom(null, true, false),
        fc.array(fc.array(tie('block'), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
      )
      .map(([ordered, checked, items]): BlockContent => ({
        type: 'list',
        ordered,
        spread: false,
        children: items.map((children): ListItem => ({ type: 'listItem', checked, spread: false, children })),
      })),
    fc
      .array(fc.array(words, { minLength: 2, maxLength: 2 }), { minLength: 2, maxLength: 3 })
      .map((rows): BlockContent => ({
        type: 'table',
        children: rows.map((cells) => ({
          type: 'tableRow',
          children: cells.map((value) => ({ type: 'tableCell', children: [{ type: 'text', value }] })),
        })),
      })),
  ),
}));

export const anyTree: fc.Arbitrary<RichText> = fc
  .array(block, { maxLength: 3 })
  .map((children) => ({ type: 'root', children }));
