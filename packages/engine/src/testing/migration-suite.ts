import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BEGINNING } from '../migration/position.ts';
import type { MigrationPosition } from '../migration/position.ts';
import type { MigrationRequest } from '../migration/request.ts';
import type { MigrationStore } from '../migration/store.ts';
import { LeaseLost } from '../ports/store.ts';
import type { Store } from '../ports/store.ts';
import { nothing } from './store-records.ts';

/** One integration with migrations `m1` and `m2`, begun in this order. */
export interface MigrationUnderTest {
  /** The stores of a new slice of a migration, which takes over from the run before. */
  begin(
    run: string,
    migration: 'm1' | 'm2',
  ): Promise<{ readonly store: Store; readonly migration: MigrationStore }>;
  position(migration: 'm1' | 'm2'): Promise<MigrationPosition>;
  close(): Promise<void>;
}

export const REQUESTS: Readonly<Record<'m1' | 'm2', MigrationRequest>> = {
  m1: { from: 'left', alreadyMigrated: 'skip' },
  m2: { from: 'left', alreadyMigrated: 'replace', fields: ['title'] },
};

const item = (id: string) => ({ id, key: `#${id}`, wasPaired: false });

/** What every store of migrations promises the engine; the simulated one must not be kinder than the real one. */
export function describeMigrationStore(name: string, open: () => Promise<MigrationUnderTest>): void {
  describe(`the store of migrations ${name}`, () => {
    let under: MigrationUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    it('takes items up once, and knows which of them are through', async () => {
      const { store, migration } = await under.begin('run-1', 'm1');
      await migration.take([item('1'), item('2'), { ...item('3'), outcome: 'skipped', message: 'why' }]);
      await migration.take([{ ...item('1'), outcome: 'skipped', message: 'taken again' }, item('4')]);
      await migration.take([]);
      await store.settle({ ...nothing, migrated: { side: 'left', id: '2', outcome: 'created' } });
      await store.settle({ ...nothing, migrated: { side: 'right', id: '4', outcome: 'created' } });
      const again = await under.begin('run-2', 'm1');
      const taken = await again.migration.taken(['1', '2', '3', '4', '5']);
      expect(Object.fromEntries(taken)).toEqual({ 1: 'in hand', 2: 'done', 3: 'done', 4: 'in hand' });
      const other = await under.begin('run-3', 'm2');
      expect((await other.migration.taken(['1', '2'])).size).toBe(0);
    });

    it('tells any run what was asked for an item that was taken up, by the latest that took it', async () => {
      await (await under.begin('run-1', 'm1')).migration.take([item('1'), item('2')]);
      const { store, migration } = await under.begin('run-2', 'm2');
      await migration.take([item('2')]);
      const found = await store.takenUp('left', ['1', '2', '3']);
      expect(new Set(found.keys())).toEqual(new Set(['1', '2']));
      expect(found.get('1')).toMatchObject({ from: 'left' });
      expect(found.get('1')?.fields).toBeUndefined();
      expect(found.get('2')).toMatchObject({ from: 'left', fields: ['title'] });
      expect((await store.takenUp('right', ['1', '2'])).size).toBe(0);
    });

    it('keeps the position, and writes nothing for a run that another took over from', async () => {
      const { migration } = await under.begin('run-1', 'm1');
      const position = { ...BEGINNING, phase: 'moving', after: '{"second":1}' } as const;
      await migration.advance(position);
      await under.begin('run-2', 'm1');
      await expect(migration.take([item('1')])).rejects.toThrow(LeaseLost);
      await expect(migration.advance(BEGINNING)).rejects.toThrow(LeaseLost);
      expect(await under.position('m1')).toEqual(position);
      expect((await migration.taken(['1'])).size).toBe(0);
    });
  });
}
