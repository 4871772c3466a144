import { canonicalMarkdown, markdownForm } from '@lockstep/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeForm } from '@lockstep/sdk/testkit';
import { textile } from './form.ts';

const print = (markdown: string): string => textile.print(markdownForm.parse(markdown));
const back = (markdown: string): string => canonicalMarkdown(textile.parse(print(markdown)));

describeForm(textile);

describe('Textile', () => {
  it.each([
    ['## Title', 'h2. Title'],
    ['a **b** _c_ ~~d~~ `e`', 'a *b* _c_ -d- @e@'],
    ['- a\n  - b\n- c', '* a\n** b\n* c'],
    ['1. a\n2. b', '# a\n# b'],
    ['[x](https://a.example/b)', '"x":https://a.example/b'],
    ['> q', 'bq. q'],
    ['---', '---'],
    ['```js\nif (a < b) {}\n```', '<pre><code class="js">\nif (a < b) {}\n</code></pre>'],
    ['- [ ] open\n- [x] done', '* [ ] open\n* [x] done'],
  ])('%j is %j, and comes back', (markdown, written) => {
    expect(print(markdown)).toBe(written);
    expect(back(markdown)).toBe(canonicalMarkdown(markdownForm.parse(markdown)));
  });

  it('writes what only looks like markup, or would be executed, as characters', () => {
    expect(print('see #12, @alice, r3 and version:1')).toBe(
      'see &#35;12, &#64;alice, &#114;3 and &#118;ersion:1',
    );
    expect(print('well-known snake_case a@b.example 2\\*3')).toBe('well-known snake_case a@b.example 2*3');
    for (const literal of [
      '\\*a\\*',
      '\\_a\\_',
      '\\-a-',
      '!x!',
      '"a":/b',
      'h1. no',
      '\\# no',
      '@x@',
      'a|b',
      '{{toc}}',
    ]) {
      expect(back(literal), literal).toBe(canonicalMarkdown(markdownForm.parse(literal)));
    }
  });

  it('reads what people write', () => {
    const read = (text: string): string => canonicalMarkdown(textile.parse(text));
    expect(read('intro\r\n* a\r\n* b')).toBe(canonicalMarkdown(markdownForm.parse('intro\n\n- a\n- b')));
    expect(read('see https://a.example/_x_/y.')).toContain('https://a.example/_x_/y');
    expect(read('not !#12')).toBe('not #12');
    expect(read('<pre>\na\n\nb\n</pre>')).toBe('```\na\n\nb\n```');
  });

  it('settles: a second way through changes nothing', () => {
    const part = fc.constantFrom(
      'a',
      ' ',
      '*',
      '_',
      '-',
      '#',
      '@',
      '!',
      '"',
      ':',
      '\n',
      '\n\n',
      '- ',
      '1. ',
      '`',
      '[',
      ']',
      '(',
      ')',
      '|',
      '<',
      '&',
      '12',
      'h1.',
      '> ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const once = back(back(parts.join('')));
        expect(back(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });
});
