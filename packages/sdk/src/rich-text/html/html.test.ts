import { describe, expect, it } from 'vitest';
import { describeForm } from '../../testkit/rich-text/describe-form.ts';
import { canonicalMarkdown, markdownForm } from '../markdown.ts';
import { createHtmlForm } from './form.ts';

describeForm(createHtmlForm());

const form = createHtmlForm();
const read = (html: string): string => canonicalMarkdown(form.parse(html));
const write = (markdown: string): string => form.print(markdownForm.parse(markdown));

describe('HTML', () => {
  it.each([
    ['a script', '<p>a<script>alert(1)</script>b</p>', 'ab'],
    ['a style', '<style>p{}</style><p>a</p>', 'a'],
    ['a handler', '<p onclick="x()">a <b onmouseover="y()">b</b></p>', 'a **b**'],
    ['an address that runs', '<a href="javascript:alert(1)">a</a>', 'a'],
    ['one in disguise', '<a href=" java\tscript:alert(1)">a</a><a href="data:text/html,x">b</a>', 'ab'],
    ['an image of one dot', 'a<img src="https://t.example/x.gif" width="1" height="1">', 'a'],
    ['an image that is hidden', 'a<img src="https://t.example/x.gif" style="display: none">', 'a'],
    ['a frame', 'a<iframe src="https://t.example"></iframe>', 'a'],
    ['a picture that runs', '<svg onload="x()"><text>a</text></svg>b', 'b'],
    ['a comment', 'a<!-- b -->', 'a'],
  ])('takes away %s', (_what, html, expected) => {
    expect(read(html)).toBe(expected);
    expect(form.print(form.parse(html))).not.toMatch(/script|style|onclick|onload|onmouseover|iframe|img/i);
  });

  it('shows raw HTML of the common form as characters, and writes no address that runs', () => {
    expect(write('<script>alert(1)</script>')).toBe('<p>&lt;script>alert(1)&lt;/script></p>');
    expect(write('a <b onclick="x()">b</b>')).not.toContain('<b');
    expect(write('[a](javascript:alert(1)) ![b](javascript:alert(2))')).toBe('<p>a b</p>');
  });

  it('reads what mail programs and editors write', () => {
    expect(read('<html><head><title>t</title></head><body><div>a</div><div>b<br>c</div></body></html>')).toBe(
      'a\n\nb\\\nc',
    );
    expect(read('<pre><code class="language-js">a();\n</code></pre>')).toBe('```js\na();\n```');
    expect(read('<ol start="3"><li>a</li></ol>')).toBe('3. a');
    expect(read('<a data-mention="7">@Ann</a>')).toBe('[@Ann](mention:7)');
  });

  it('tells what it cannot hold', () => {
    const told = (html: string): readonly string[] => form.parse(html).data?.lost ?? [];
    expect(told('<p style="color:red">a</p>')).toEqual(['colours, sizes and fonts (nothing)']);
    expect(told('<table><tr><td colspan="2">a</td></tr></table>')).toEqual([
      'cells over several rows or columns (one cell)',
    ]);
    expect(told('<p>a</p>')).toEqual([]);
  });
});
