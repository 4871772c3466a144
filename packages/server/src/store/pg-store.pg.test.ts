import { LeaseLost } from '@lockstep/engine';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { full, nothing, pair } from '../../../engine/src/testing/store-records.ts';
import { useTestDatabase } from '../testing/database.ts';
import { beginRun, connect, migrated, withIntegration } from '../testing/store.ts';
import { listConflicts } from './conflicts.ts';
import type { Database } from './database.ts';
import { Fence } from './fence.ts';
import { Leases } from './leases.ts';
import type { PgStore } from './pg-store.ts';
import { createPlanStore } from './plan-store.ts';
import { Runs } from './runs.ts';

const test = useTestDatabase(migrated);
let database: Database;
let store: PgStore;

beforeEach(async () => {
  database = await connect(test.url);
  await withIntegration(database.db);
  store = await beginRun(database.db, 'run-1');
});
afterEach(() => database.close());

describe('around the store on PostgreSQL', () => {
  it('lists a conflict with its items, also where a base holds a NUL', async () => {
    await store.settle(full);
    // Into a NUL PostgreSQL's JSON operators do not look.
    const { right, ...made } = pair('p1', '1', '9');
    const base = { ...right.base, fields: { '\u0000reference': 'x' } };
    await store.settle({ ...nothing, pair: { ...made, right: { ...right, base } } });
    const [recorded] = await listConflicts(database.db, { integrationId: 'int', limit: 10 });
    expect(recorded?.conflict).toEqual(full.conflicts[0]);
    expect(recorded?.items).toEqual({
      left: { id: '1', key: '#1', url: 'http://tracker/1' },
      right: { id: '9', key: '#9', url: 'http://tracker/9' },
    });
  });

  it('lists no resolved conflict among those that wait', async () => {
    await store.settle(full);
    await store.settle({ ...nothing, answers: [{ id: '1', who: 'ann', conflict: 'c1' }] });
    expect(await listConflicts(database.db, { integrationId: 'int', unresolved: true, limit: 10 })).toEqual(
      [],
    );
  });

  it('plans without a lease and can write nothing but its spool', async () => {
    const plan = createPlanStore({ db: database.db, integrationId: 'int', planId: 'plan-1' });
    await plan.spool([{ side: 'left', id: '1', why: 'resync' }]);
    expect(await plan.spooled()).toBe(1);
    expect(await store.spooled()).toBe(0);
    expect(() => plan.settle(nothing)).toThrow(/dry run/);
    await plan.drop();
    expect(await plan.spooled()).toBe(0);
  });
});

describe('the fence', () => {
  it('lets a run whose lease has run out go on while nobody took over', async () => {
    await sql`update lease set expires_at = now() - interval '1 second'`.execute(database.db);
    await store.settle(full);
    expect(await new Leases(database.db).renew('int', 'run-1', 1_000)).toBeDefined();
  });

  it('makes a takeover wait for a write under way, and stops the next one', async () => {
    await sql`update lease set expires_at = now() - interval '1 second'`.execute(database.db);
    let takeover: Promise<PgStore> | undefined;
    let over = false;
    await new Fence(database.db, 'int', 'run-1').write(async () => {
      takeover = beginRun(database.db, 'run-2').finally(() => (over = true));
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(over).toBe(false);
    });
    await takeover;
    await expect(store.settle(full)).rejects.toBeInstanceOf(LeaseLost);
  });

  it('gives the lease to one of many starters, and marks the run that lost it', async () => {
    await sql`update lease set expires_at = now() - interval '1 second'`.execute(database.db);
    const runs = new Runs(database.db);
    const begun = await Promise.all(
      ['r2', 'r3', 'r4', 'r5'].map((id) =>
        runs.begin({ id, integrationId: 'int', trigger: 'schedule', holder: id, ttl: 60_000 }),
      ),
    );
    expect(begun.filter(Boolean)).toHaveLength(1);
    expect(await runs.get('run-1')).toMatchObject({ outcome: 'lost' });
    expect(await new Leases(database.db).renew('int', 'run-1', 1_000)).toBeUndefined();
  });
});
