import { expect } from 'vitest';
import type { Check } from './check.ts';
import { need } from './check.ts';

/** Writing over what others wrote. */
export const versionChecks = {
  'update-gives-what-is-stored': {
    promises: 'an update gives the item as stored, changes the fields it names and no other',
    async run(bench) {
      const before = await bench.create(bench.samples.create);
      await bench.tick();
      const patch = { fields: bench.samples.change, expected: before.version };
      const { item } = await bench.connector.items.update(before.id, patch, bench.signal);
      expect(await bench.get(before.id)).toEqual(item);
      await bench.holds(item, bench.samples.change);
      const untouched = Object.entries(bench.samples.create).filter(([id]) => !(id in bench.samples.change));
      await bench.holds(item, Object.fromEntries(untouched));
      expect(item.version, 'another version').not.toBe(before.version);
      expect(item.fields[bench.samples.title]).toBe(before.fields[bench.samples.title]);
    },
  },
  'update-empties-a-field': {
    promises: 'null empties a field',
    async run(bench) {
      const field = bench.samples.emptied ?? bench.samples.richText;
      const item = await bench.create({ [field]: bench.samples.create[field] ?? 'something' });
      const patch = { fields: { [field]: null }, expected: item.version };
      const receipt = await bench.connector.items.update(item.id, patch, bench.signal);
      await bench.holds(receipt.item, { [field]: null });
      await bench.holds(await bench.get(item.id), { [field]: null });
    },
  },
  'update-of-the-unknown-is-gone': {
    promises: 'updating an item that is not there is an error of kind gone',
    async run(bench) {
      const unknown = bench.samples.unknownId ?? '999999999';
      const patch = { fields: bench.samples.change, expected: '1' };
      const update = () => bench.connector.items.update(unknown, patch, bench.signal);
      expect((await bench.refusal(update, 'updating nothing')).kind).toBe('gone');
    },
  },
  'version-moves-with-an-edit': {
    promises: 'a person’s edit gives another version, and shows who made it',
    async run(bench) {
      const before = await bench.create(bench.samples.create);
      await bench.tick();
      await bench.person.edit(before.id, bench.samples.change);
      const after = await bench.get(before.id);
      await bench.holds(after, bench.samples.change);
      expect(after.version).not.toBe(before.version);
      expect(after.updatedAt > before.updatedAt, 'updatedAt moved').toBe(true);
      if (after.updatedBy !== undefined) expect(after.updatedBy.id).toBe(bench.person.id);
    },
  },
  'exact-versions-tell-quick-edits-apart': {
    promises: 'two edits in the same instant have different versions, unless versions are timestamps',
    async run(bench) {
      if (bench.connector.limits.versioning === 'timestamp') return;
      const item = await bench.create();
      const seen = [item.version];
      for (const text of ['one', 'two', 'three']) {
        await bench.person.edit(item.id, { [bench.editable]: text });
        seen.push((await bench.get(item.id)).version);
      }
      expect(new Set(seen).size).toBe(seen.length);
    },
  },
  'stale-write-is-refused': {
    promises: 'a tracker with compare-and-set refuses a stale version with conflict and changes nothing',
    async run(bench) {
      if (bench.connector.limits.versioning !== 'compare-and-set') return;
      const before = await bench.create();
      await bench.person.edit(before.id, { [bench.editable]: 'theirs' });
      const patch = { fields: { [bench.editable]: 'ours' }, expected: before.version };
      const write = () => bench.connector.items.update(before.id, patch, bench.signal);
      expect((await bench.refusal(write, 'a stale write')).kind).toBe('conflict');
      await bench.holds(await bench.get(before.id), { [bench.editable]: 'theirs' });
    },
  },
  'overwritten-value-is-told': {
    promises:
      'a value that somebody wrote between our read and our write is refused or told, never lost (P4)',
    async run(bench) {
      const field = bench.editable;
      const before = await bench.create({ [field]: 'as we read it' });
      await bench.tick();
      await bench.person.edit(before.id, { [field]: 'theirs, faster' });
      const patch = { fields: { [field]: 'ours' }, expected: before.version };
      const write = () => bench.connector.items.update(before.id, patch, bench.signal);
      if (bench.connector.limits.versioning === 'compare-and-set') {
        expect((await bench.refusal(write, 'a stale write')).kind).toBe('conflict');
        return;
      }
      const replaced = need((await write()).replaced, '`replaced` in its receipts');
      const told = await bench.same(field, replaced[field], 'theirs, faster');
      expect(told, `replaced[${field}] is ${JSON.stringify(replaced[field])}`).toBe(true);
    },
  },
} satisfies Record<string, Check>;
