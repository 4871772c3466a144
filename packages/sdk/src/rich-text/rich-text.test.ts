import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalMarkdown, createMarkdownForm, markdownForm } from './markdown.ts';
import { plainTextForm } from './plain-text.ts';

describe('rich text forms', () => {
  it('read CRLF and LF alike', () => {
    expect(canonicalMarkdown(markdownForm.parse('a\r\n\r\n- b\r\n'))).toBe(
      canonicalMarkdown(markdownForm.parse('a\n\n- b')),
    );
    expect(canonicalMarkdown(plainTextForm.parse('a\r\nb'))).toBe(
      canonicalMarkdown(plainTextForm.parse('a\nb')),
    );
  });

  it('carry plain text through Markdown and back unchanged in meaning', () => {
    const text = fc
      .array(
        fc.constantFrom(
          'word',
          '*',
          '#',
          '1.',
          '- x',
          '_y_',
          '`',
          '<b>',
          '\n',
          '\n\n',
          ' ',
          '&amp;',
          '|',
          '\\',
        ),
      )
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(text, (plain) => {
        const common = canonicalMarkdown(plainTextForm.parse(plain));
        const back = plainTextForm.print(markdownForm.parse(common));
        expect(canonicalMarkdown(plainTextForm.parse(back))).toBe(
          canonicalMarkdown(
            plainTextForm.parse(
              plainTextForm.print(markdownForm.parse(canonicalMarkdown(plainTextForm.parse(back)))),
            ),
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are stable after one round of Markdown', () => {
    for (const text of [
      '# T\n\na *b* **c** `d`',
      '| a | b |\n|---|---|\n| 1 | 2 |',
      '- [ ] x\n- [x] y',
      '> q\n>> r',
      '```js\n1\n```',
    ]) {
      const once = canonicalMarkdown(markdownForm.parse(text));
      expect(canonicalMarkdown(markdownForm.parse(once))).toBe(once);
    }
  });

  it('escape what the tracker would execute', () => {
    const form = createMarkdownForm({ executes: [/#(?=\d)/g] });
    expect(form.print(markdownForm.parse('see #12'))).toBe('see \\#12');
    expect(canonicalMarkdown(form.parse('see \\#12'))).toBe(canonicalMarkdown(markdownForm.parse('see #12')));
  });
});
