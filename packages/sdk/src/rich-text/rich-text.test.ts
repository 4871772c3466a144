import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXECUTED } from './guard.ts';
import { canonicalMarkdown, createMarkdownForm, markdownForm } from './markdown.ts';
import { plainTextForm } from './plain-text.ts';

/** Pieces of markup in any order: what no person writes on purpose and some program sends anyway. */
const PIECES =
  'word * ** _ # 1. -_ +_ ` ``` <b> </b> <!-- &amp; | |---| \\ [ ]( ](x) ! http://a.b/c www.x.org me@x.org ~~ > @me [x] [^1] [^1]:_ $ {{a}} : ="';
const soup = fc
  .array(
    fc.constantFrom(
      ...PIECES.replaceAll('_ ', '  ').split(/ (?! )/),
      '_',
      '[ ]',
      ' ',
      '    ',
      '\t',
      '\n',
      '\n\n',
      '\r\n',
    ),
  )
  .map((parts) => parts.join(''));

describe('rich text forms', () => {
  it('read CRLF and LF alike', () => {
    expect(canonicalMarkdown(markdownForm.parse('a\r\n\r\n- b\r\n'))).toBe(
      canonicalMarkdown(markdownForm.parse('a\n\n- b')),
    );
    expect(canonicalMarkdown(plainTextForm.parse('a\r\nb'))).toBe(
      canonicalMarkdown(plainTextForm.parse('a\nb')),
    );
  });

  it('carry plain text through Markdown and back as it is', () => {
    fc.assert(
      fc.property(soup, (text) => {
        const plain = plainTextForm.print(plainTextForm.parse(text));
        const common = canonicalMarkdown(plainTextForm.parse(text));
        expect(plainTextForm.print(markdownForm.parse(common))).toBe(plain);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    'see https://example.com/a_b?c=d*e and www.example.org, or ask me@example.org about a*b*c',
    'Error: no\n    at run (x.js:1)\n\tat main\n\n    indented at first',
    '# no heading\n1. no list\n- [ ] no task\n> no quote',
    '<b>no tag</b> &amp; no entity [no](link) ![no](image) `no code`',
  ])('keep the plain text %j as it is', (text) => {
    const common = canonicalMarkdown(plainTextForm.parse(text));
    expect(plainTextForm.print(markdownForm.parse(common))).toBe(text);
  });

  it('print Markdown legibly as plain text', () => {
    const text =
      '# Title\n\na *b* **c** `d_e` f_g, see [the page](https://x.example/p)\n\n- one\\_x\n- two\n\n```\na*b\n```';
    expect(plainTextForm.print(markdownForm.parse(text))).toBe(
      '# Title\n\na _b_ **c** `d_e` f_g, see [the page](https://x.example/p)\n\n- one_x\n- two\n\n```\na*b\n```',
    );
  });

  it('mean the same after any number of rounds of Markdown', () => {
    fc.assert(
      fc.property(soup, (text) => {
        const once = canonicalMarkdown(markdownForm.parse(text));
        expect(canonicalMarkdown(markdownForm.parse(once))).toBe(once);
      }),
      { numRuns: 1_000 },
    );
  });

  it('give ordinary text back as the same tree', () => {
    const word = fc.constantFrom(
      'word',
      'Größe',
      'a_b',
      '2*3',
      '#1',
      '@me',
      '<x>',
      '&amp;',
      '👩🏽‍🚀',
      '1.',
      '-',
      '|',
    );
    const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => ['so', ...words].join(' '));
    const inline = fc
      .tuple(fc.constantFrom('', '**', '_', '`', '~~'), line)
      .map(([mark, it]) => `${mark}${it}${mark}`);
    const block = fc.oneof(
      inline,
      fc.array(inline, { minLength: 1, maxLength: 3 }).map((all) => all.map((one) => `- ${one}`).join('\n')),
      fc.array(inline, { minLength: 1, maxLength: 3 }).map((all) => all.map((one) => `> ${one}`).join('\n')),
      line.map((one) => `## ${one}`),
      line.map((one) => `\`\`\`js\n${one}\n\`\`\``),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 4 }), (blocks) => {
        const tree = markdownForm.parse(blocks.join('\n\n'));
        expect(bare(markdownForm.parse(markdownForm.print(tree)))).toEqual(bare(tree));
      }),
      { numRuns: 500 },
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

  it.each([
    ['see #12 and @me', 'see \\#12 and \\@me'],
    ['me@example.com', '<me@example.com>'],
    ['`#12 @me` stays code', '`#12 @me` stays code'],
    ['/close', '\\/close'],
    ['one\n/assign @me', 'one\n\\/assign \\@me'],
    ['{{include}}', '\\{{include}}'],
    ['a\\*b \\@me', 'a\\*b \\@me'],
  ])('make harmless what the tracker would execute: %j', (text, expected) => {
    const form = createMarkdownForm({ executes: Object.values(EXECUTED) });
    const printed = form.print(markdownForm.parse(text));
    expect(printed).toBe(expected);
    expect(canonicalMarkdown(form.parse(printed))).toBe(canonicalMarkdown(markdownForm.parse(text)));
  });

  it('hide a word joiner where a tracker looks through backslashes, and take it out again', () => {
    const form = createMarkdownForm({
      executes: [EXECUTED.references, EXECUTED.mentions],
      guard: 'word-joiner',
    });
    const printed = form.print(markdownForm.parse('see #12, @me'));
    expect(printed).toBe('see #\u206012, @\u2060me');
    expect(canonicalMarkdown(form.parse(printed))).toBe('see #12, @me');
    expect(canonicalMarkdown(form.parse('a#\u2060 b'))).toBe('a#\u2060 b');
  });

  it('show HTML as its characters where asked', () => {
    const form = createMarkdownForm({ html: 'escape' });
    for (const text of ['a <b>x</b>', '<script>alert(1)</script>', '<!-- x -->']) {
      const tree = bare(form.parse(form.print(markdownForm.parse(text))));
      expect(JSON.stringify(tree)).not.toContain('"html"');
      expect(plainTextForm.print(form.parse(form.print(markdownForm.parse(text))))).toBe(text);
    }
  });
});

/** A tree without positions, texts that touch joined. */
function bare(tree: object): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === 'position' ? undefined : value)));
}
