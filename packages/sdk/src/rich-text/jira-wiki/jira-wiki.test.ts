import { describe, expect, it } from 'vitest';
import { describeForm } from '../../testkit/rich-text/describe-form.ts';
import { canonicalMarkdown, markdownForm } from '../markdown.ts';
import { jiraWikiForm } from './form.ts';

describeForm(jiraWikiForm);

const read = (text: string): string => canonicalMarkdown(jiraWikiForm.parse(text));
const write = (markdown: string): string => jiraWikiForm.print(markdownForm.parse(markdown));

describe('wiki markup of Jira', () => {
  it.each([
    ['h2. Title', '## Title'],
    ['a *b* _c_ -d- +e+ ^f^ ~g~ {{h}}', 'a **b** _c_ ~~d~~ <ins>e</ins> <sup>f</sup> <sub>g</sub> `h`'],
    ['* a\n** b\n*# c\n* d', '- a\n  - b\n  1. c\n- d'],
    ['{code:java}\na {b}\n{code}', '```java\na {b}\n```'],
    ['{noformat}\n*a*\n{noformat}', '```\n*a*\n```'],
    ['{quote}\na\n\n* b\n{quote}', '> a\n>\n> - b'],
    ['bq. a', '> a'],
    ['||a||b||\n|1|2|', '| a | b |\n| - | - |\n| 1 | 2 |'],
    ['[a|https://b.example/c]', '[a](https://b.example/c)'],
    ['!a.png|width=300,alt=b!', '![b](a.png)'],
    ['ask [~accountid:5:x] or [~bob]', 'ask [@5:x](mention:accountid%3A5%3Ax) or [@bob](mention:bob)'],
    ['a\\\\b', 'a\\\nb'],
    ['done (/) :)', 'done ✅ 🙂'],
    ['well-known snake_case 2*3', 'well-known snake_case 2\\*3'],
  ])('reads %j', (wiki, markdown) => {
    expect(read(wiki)).toBe(markdown);
  });

  it.each([
    '{toc}',
    '[~bob]',
    '!a.png!',
    '{code}',
    '{color:red}a{color}',
    '{{a}}',
    '|a|',
    '||a||',
    '* a',
    '# a',
    'h1. a',
    'bq. a',
    '----',
    '[a|#b]',
    ':)',
    '(/)',
    'a \\\\ b',
    '{*}a{*}',
    '-a-',
    '??a??',
  ])('writes %j as its characters', (text) => {
    const tree = {
      type: 'root' as const,
      children: [{ type: 'paragraph' as const, children: [{ type: 'text' as const, value: text }] }],
    };
    expect(jiraWikiForm.parse(jiraWikiForm.print(tree))).toEqual(tree);
  });

  it('lets a block of code not end before its end', () => {
    expect(read(write('```js\na {code} b\n```'))).toBe('```js\na {code} b\n```');
  });

  it('tells which macros it cannot hold', () => {
    expect(jiraWikiForm.parse('{color:red}a{color}').data?.lost).toEqual(['{color} (what is in it)']);
  });
});
