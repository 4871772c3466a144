import { canonicalMarkdown, markdownForm } from '@lockstep/sdk';
import type { Item } from '@lockstep/sdk';
import { expect, it } from 'vitest';
import { noteIn, originNote, withNote, withoutNote } from './origin-note.ts';

const item = (name: string): Item => ({
  id: '1',
  key: '#1',
  url: '',
  type: 'task',
  version: '1',
  createdAt: '2023-05-04T10:11:12.000Z',
  updatedAt: '2024-01-02T03:04:05.000Z',
  createdBy: { id: '7', name },
  visibility: 'public',
  fields: {},
});

it.each(['Anna Berg', '*Anna* _B_', '@all [x](y) #12', '<b>Anna</b> | `x`', 'A\n\n# B', '李 明', ''])(
  'is found again behind a text that a tracker has stored, whoever wrote it: %o',
  (name) => {
    for (const text of ['', 'Words.', '- one\n- two', '```\ncode\n```']) {
      const stored = markdownForm.print(markdownForm.parse(withNote(text, originNote(item(name)))));
      const common = canonicalMarkdown(markdownForm.parse(stored));
      expect(noteIn(common)).toMatch(/^Written by/);
      expect(withoutNote(common).trim()).toBe(
        text === '' ? '' : canonicalMarkdown(markdownForm.parse(text)).trim(),
      );
    }
  },
);

it('lets no name become markup', () => {
  expect(originNote(item('[x](y) *a* <b>'))).toMatch(/^Written by \\\[x\]\\?\(y\) \\\*a\\\* \\<b> on 2023/);
});

it('names author and both dates', () => {
  expect(originNote(item('Anna Berg'))).toBe(
    'Written by Anna Berg on 2023-05-04 10:11 UTC, last changed on 2024-01-02 03:04 UTC, and migrated.',
  );
});

it('is no other paragraph, and none in the middle of a text', () => {
  const note = originNote(item('Anna'));
  for (const text of ['Written by Anna.', `${note}\n\nAnd more.`, `Before ${note}`])
    expect([withoutNote(text), noteIn(text)]).toEqual([text, '']);
});
