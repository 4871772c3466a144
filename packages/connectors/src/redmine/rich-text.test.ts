import { canonicalMarkdown, markdownForm } from '@lockstep/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText, unescapeText } from './executed.ts';
import { commonMark } from './rich-text.ts';
import { textile } from './textile/form.ts';

describe('text of Redmine', () => {
  it('stops references, pages, macros and mentions', () => {
    const print = (text: string): string => commonMark.print(markdownForm.parse(text));
    expect(print('see #12 and r3 (#note-2)')).toBe('see !#12 and !r3 (!#note-2)');
    expect(print('version:1.0')).toBe('!version:1.0');
    expect(print('{{toc}} now')).toBe('!{{toc}} now');
    expect(print('ask @alice')).toBe('ask !&#64;alice');
    expect(print('mail a@b.example')).toContain('a@b.example');
  });

  it('leaves code alone', () => {
    expect(commonMark.print(markdownForm.parse('`a @b #1`'))).toBe('`a @b #1`');
  });

  it('reads what people and Redmine wrote', () => {
    const meaning = (text: string): string => canonicalMarkdown(commonMark.parse(text));
    expect(meaning('see !#12')).toBe(meaning('see #12'));
    expect(meaning('a\r\nb')).toBe(meaning('a\nb'));
  });

  it('takes out exactly what it put in', () => {
    const part = fc.constantFrom(
      '#',
      '##',
      '12',
      'r',
      '!',
      '@',
      'bob',
      ' ',
      'version:',
      '[[',
      ']]',
      '{{',
      'x',
      '-',
      '(',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(unescapeText(escapeText(text))).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  it('means the same after printing, in both formats', () => {
    for (const form of [commonMark, textile]) {
      for (const text of ['see #12', 'ask @alice now', '{{toc}}', '- a\n- b @c', 'wow!#12', 'a *b* [[P]]']) {
        const once = canonicalMarkdown(form.parse(form.print(markdownForm.parse(text))));
        const twice = canonicalMarkdown(form.parse(form.print(markdownForm.parse(once))));
        expect(twice).toBe(once);
      }
    }
  });
});
