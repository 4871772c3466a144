import { expect } from 'vitest';
import type { Check } from './check.ts';
import { need } from './check.ts';

/** Making, reading and finding items. */
export const itemChecks = {
  'create-gives-what-is-stored': {
    promises: 'a create gives the item as stored: equal to a later read, holding what was sent',
    async run(bench) {
      const draft = bench.draft(bench.samples.create);
      const { item } = await bench.connector.items.create(draft, bench.signal);
      expect(await bench.get(item.id)).toEqual(item);
      await bench.holds(item, draft.fields);
      expect(item.type).toBe(draft.type);
      expect(item.visibility).not.toBe('private');
      const self = await bench.connector.users?.self(bench.signal);
      if (item.createdBy !== undefined && self !== undefined) expect(item.createdBy.id).toBe(self.id);
      expect(item.key).toMatch(/\S/);
      expect(URL.canParse(item.url), `${item.url} is a URL`).toBe(true);
      for (const time of [item.createdAt, item.updatedAt])
        expect(time, 'instants are ISO 8601 in UTC').toBe(new Date(time).toISOString());
    },
  },
  'marker-is-found': {
    promises: 'an unanswered create is found again by its marker, and by no other (P1)',
    async run(bench) {
      const { find } = bench.connector.items;
      const draft = bench.draft();
      const { item } = await bench.connector.items.create(draft, bench.signal);
      if (bench.connector.limits.marker === 'none') return expect(find).toBeUndefined();
      await bench.settle();
      const ids = async (marker: string): Promise<readonly string[]> =>
        (await need(find, '`items.find`').call(bench.connector.items, marker, bench.signal)).map(
          ({ id }) => id,
        );
      expect(await ids(draft.marker)).toEqual([item.id]);
      expect((await bench.get(item.id)).marker).toBe(draft.marker);
      for (const other of [`${draft.marker}y`, draft.marker.slice(0, -1), draft.marker.replace('_', '.')])
        expect(await ids(other), `find(${other})`).toEqual([]);
    },
  },
  'get-leaves-out-the-unknown': {
    promises: 'an id that is gone is absent from the answer, and costs the others nothing',
    async run(bench) {
      const { items } = bench.connector;
      const known = await bench.create();
      const unknown = bench.samples.unknownId ?? '999999999';
      expect(await items.get([unknown], bench.signal)).toEqual([]);
      const answer = await items.get([unknown, known.id], bench.signal);
      expect(answer.map((item) => item.id)).toEqual([known.id]);
    },
  },
  'get-answers-each-id-once': {
    promises: 'each id is answered once; no ids, no answers',
    async run(bench) {
      const made = [await bench.create(), await bench.create(), await bench.create()].map(({ id }) => id);
      const { items } = bench.connector;
      const answer = (await items.get(made, bench.signal)).map((item) => item.id);
      expect(answer.toSorted()).toEqual(made.toSorted());
      expect(await items.get([], bench.signal)).toEqual([]);
    },
  },
  'unknown-field-is-not-swallowed': {
    promises: 'a field that does not exist is refused, or plainly missing from the receipt',
    async run(bench) {
      const draft = bench.draft({ 'testkit-no-such-field': 'x' });
      const receipt = await bench.connector.items
        .create(draft, bench.signal)
        .catch((error: unknown) => error);
      if (receipt instanceof Error) {
        const { kind } = await bench.refusal(() => Promise.reject(receipt), 'an unknown field');
        expect(['rejected', 'unsupported', 'config']).toContain(kind);
      } else expect(receipt).not.toHaveProperty(['item', 'fields', 'testkit-no-such-field']);
    },
  },
  'unknown-option-is-not-swallowed': {
    promises:
      'an option that does not exist is refused with the field named, or the receipt shows the old value',
    async run(bench) {
      const field = need(bench.samples.option, 'field with options (`samples.option`)');
      const item = await bench.create(bench.samples.create);
      const patch = { fields: { [field]: '987654321' }, expected: item.version };
      const receipt = await bench.connector.items
        .update(item.id, patch, bench.signal)
        .catch((error: unknown) => error);
      if (receipt instanceof Error) {
        const { kind } = await bench.refusal(() => Promise.reject(receipt), 'an unknown option');
        expect(['rejected', 'unsupported']).toContain(kind);
      }
      await bench.holds(await bench.get(item.id), { [field]: item.fields[field] ?? null });
    },
  },
  'private-item-stays-private': {
    promises: 'an item that is to be private is private, or is refused; it is never public (P6)',
    async run(bench) {
      const draft = bench.draft({}, { visibility: 'private' });
      const receipt = await bench.connector.items
        .create(draft, bench.signal)
        .catch((error: unknown) => error);
      if (!(receipt instanceof Error))
        return expect(receipt).toHaveProperty(['item', 'visibility'], 'private');
      const { kind } = await bench.refusal(() => Promise.reject(receipt), 'a private item');
      expect(['rejected', 'unsupported', 'forbidden']).toContain(kind);
    },
  },
  'deleted-item-is-absent': {
    promises: 'an item that a person deleted is absent, and told by the feed where that is declared',
    async run(bench) {
      const remove = need(bench.person.delete, 'person who can delete (`person.delete`)');
      const item = await bench.create();
      await bench.tick();
      await remove.call(bench.person, item.id);
      expect(await bench.connector.items.get([item.id], bench.signal)).toEqual([]);
      await bench.settle();
      const changes = await bench.changes({ since: item.updatedAt });
      expect(changes.some((one) => one.kind === 'item' && one.item.id === item.id)).toBe(false);
      if (bench.connector.limits.deletes === 'reported')
        expect(changes).toContainEqual(expect.objectContaining({ kind: 'deleted', id: item.id }));
    },
  },
} satisfies Record<string, Check>;
