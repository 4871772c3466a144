import { expect } from 'vitest';
import type { Comments } from '../connector.ts';
import type { Bench } from './bench.ts';
import type { Check } from './check.ts';
import { need } from './check.ts';
import { sameText } from './meaning.ts';

const facet = (bench: Bench): Comments => need(bench.connector.comments, '`comments` facet');

/** Comments, and who may see them. */
export const commentChecks = {
  'comment-is-listed': {
    promises: 'a comment made is in the list, with its text, author and time, oldest first',
    async run(bench) {
      const comments = facet(bench);
      const item = await bench.create();
      const first = await comments.create(item.id, { body: 'first', visibility: 'public' }, bench.signal);
      await bench.tick();
      const text = 'second: Größe 👩🏽‍🚀\n\nwith a paragraph';
      const second = await comments.create(item.id, { body: text, visibility: 'public' }, bench.signal);
      const list = await comments.list(item.id, bench.signal);
      expect(list.map(({ id }) => id)).toEqual([first.id, second.id]);
      const shown = list[1]?.body ?? '';
      expect(sameText(bench.connector.richText, shown, text), JSON.stringify(shown)).toBe(true);
      expect(list[0]?.visibility, 'a public comment is not told as private').not.toBe('private');
      expect(list[0]?.author.id).toBe((await bench.connector.check(bench.signal)).account.id);
      expect(list[0]?.createdAt).toBe(new Date(list[0]?.createdAt ?? '').toISOString());
    },
  },
  'comment-of-a-person-is-theirs': {
    promises: 'a person’s comment is listed as theirs, so that it is told from our own (P3)',
    async run(bench) {
      const comment = need(bench.person.comment, 'person who can comment (`person.comment`)');
      const item = await bench.create();
      await comment.call(bench.person, item.id, 'from a person');
      const list = await facet(bench).list(item.id, bench.signal);
      expect(list).toHaveLength(1);
      expect(list[0]?.author.id).toBe(bench.person.id);
      expect(list[0]?.body).toContain('from a person');
    },
  },
  'comment-private-stays-private': {
    promises:
      'a private comment is kept private, or refused where the tracker cannot; it is never public (P6)',
    async run(bench) {
      const comments = facet(bench);
      const item = await bench.create();
      const draft = { body: 'for us only', visibility: 'private' } as const;
      if (comments.private) {
        const made = await comments.create(item.id, draft, bench.signal);
        expect(made.visibility).toBe('private');
      } else {
        const create = () => comments.create(item.id, draft, bench.signal);
        const { kind } = await bench.refusal(create, 'a private comment in a tracker without them');
        expect(['unsupported', 'rejected']).toContain(kind);
      }
      const list = await comments.list(item.id, bench.signal);
      expect(list.map((one) => one.visibility)).toEqual(comments.private ? ['private'] : []);
    },
  },
  'comments-of-an-item-are-the-list': {
    promises: 'comments that come with an item are the ones the list gives',
    async run(bench) {
      const comments = facet(bench);
      const item = await bench.create();
      await comments.create(item.id, { body: 'only one', visibility: 'public' }, bench.signal);
      const read = await bench.get(item.id);
      if (read.comments === undefined) return;
      expect(read.comments).toEqual(await comments.list(item.id, bench.signal));
    },
  },
  'comment-can-be-edited': {
    promises: 'where comments can be changed and removed, the list shows it',
    async run(bench) {
      const comments = facet(bench);
      const update = need(comments.update, '`comments.update`');
      const item = await bench.create();
      const made = await comments.create(item.id, { body: 'before', visibility: 'public' }, bench.signal);
      const draft = { body: 'after', visibility: 'public' } as const;
      await update.call(comments, item.id, made.id, draft, bench.signal);
      expect((await comments.list(item.id, bench.signal)).map(({ body }) => body.trim())).toEqual(['after']);
      if (comments.delete === undefined) return;
      await comments.delete(item.id, made.id, bench.signal);
      expect(await comments.list(item.id, bench.signal)).toEqual([]);
    },
  },
  'comment-on-nothing-is-gone': {
    promises: 'commenting on an item that is not there is an error of kind gone',
    async run(bench) {
      const unknown = bench.samples.unknownId ?? '999999999';
      const create = () => facet(bench).create(unknown, { body: 'x', visibility: 'public' }, bench.signal);
      expect((await bench.refusal(create, 'a comment on nothing')).kind).toBe('gone');
    },
  },
} satisfies Record<string, Check>;
