import { type Conflict, LeaseLost, type Settlement, type SyncRecord } from '@lockstep/engine';
import type { Item } from '@lockstep/sdk';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { beginRun, connect, intent, migrated, nothing, pair, withIntegration } from '../testing/store.ts';
import { listConflicts, resolveConflict } from './conflicts.ts';
import type { Database } from './database.ts';
import { Fence } from './fence.ts';
import { Leases } from './leases.ts';
import { listLog } from './logs.ts';
import type { PgStore } from './pg-store.ts';
import { createPlanStore } from './plan-store.ts';
import { markForResync } from './resync.ts';
import { Runs } from './runs.ts';
import { listSyncs } from './syncs.ts';

const test = useTestDatabase(migrated);
let database: Database;
let store: PgStore;

beforeEach(async () => {
  database = await connect(test.url);
  await withIntegration(database.db);
  store = await beginRun(database.db, 'run-1');
});
afterEach(() => database.close());

const at = '2026-03-04T05:06:07.089Z';
const later = '2026-03-04T06:00:00.000Z';
const conflict: Conflict = {
  id: 'c1',
  pairId: 'p1',
  field: { left: 'subject', right: 'summary' },
  base: { left: 'a', right: 'a' },
  left: { value: 'b', at, by: 'Ann' },
  right: { value: 'c\u0000d' },
  outcome: 'open',
  reason: 'both changed',
};
const full: Settlement = {
  pair: pair('p1', '1', '9'),
  ledger: [{ side: 'left', id: '1', version: 'v1', firm: true }],
  parts: [{ kind: 'comment', left: { id: 'l', hash: 'h1' }, right: { id: 'r', hash: 'h2' } }],
  closedIntents: ['i1'],
  conflicts: [conflict],
  parked: [{ side: 'left', id: '2', key: '#2', kind: 'rejected', reason: 'no', attempts: 1, nextTry: at }],
  released: [],
  sync: {
    left: { id: '1', key: '#1', url: 'http://l/1' },
    right: { id: '9', key: '#9', url: 'http://r/9' },
    origin: 'left',
    outcome: 'created',
    at,
    journal: [{ side: 'right', field: 'summary', before: null, after: ['x'], reason: 'new' }],
    parts: ['one comment'],
  },
  log: [{ level: 'info', at, text: 'made\u0000', item: { side: 'left', id: '1', key: '#1' } }],
};

describe('the store on PostgreSQL', () => {
  it('keeps all that one item leaves behind, in one transaction', async () => {
    await store.openIntent(intent('i1'));
    await store.settle(full);
    expect((await store.pairs('left', ['1', 'none'])).get('1')).toEqual(full.pair);
    expect((await store.pairs('right', ['9'])).get('9')).toEqual(full.pair);
    expect(await store.countPairs()).toBe(1);
    expect(await store.parts('p1')).toEqual(full.parts);
    expect((await store.ledger('left', ['1', '2'])).get('1')).toEqual(full.ledger[0]);
    expect((await store.parked('left', ['2'])).get('2')).toEqual(full.parked[0]);
    expect(await store.openIntents()).toEqual([]);
    expect(await listSyncs(database.db, { integrationId: 'int', limit: 10 })).toMatchObject([full.sync]);
    expect(await listLog(database.db, { runId: 'run-1', limit: 10 })).toMatchObject([
      { text: 'made\uFFFD', at },
    ]);
    // A base may hold a NUL, into which PostgreSQL's JSON operators do not look.
    const { right, ...made } = pair('p1', '1', '9');
    const base = { ...right.base, fields: { '\u0000reference': 'x' } };
    await store.settle({ ...nothing, pair: { ...made, right: { ...right, base } } });
    const [recorded] = await listConflicts(database.db, { integrationId: 'int', limit: 10 });
    expect(recorded?.conflict).toEqual(conflict);
    expect(recorded?.items).toEqual({
      left: { id: '1', key: '#1', url: 'http://tracker/1' },
      right: { id: '9', key: '#9', url: 'http://tracker/9' },
    });
    await store.settle({ ...nothing, released: [{ side: 'left', id: '2' }] });
    expect(await store.parked('left', ['2'])).toEqual(new Map());
  });

  it('adds to the record of an item in one run, and leaves its mark until it is through (P2, P4)', async () => {
    const made = full.sync as SyncRecord;
    await markForResync(database.db, 'int', [{ side: 'left', id: '1' }]);
    await store.due(at, 10);
    await store.settle({
      ...nothing,
      underWay: { ...made, left: { id: '1', key: '#1', url: 'http://l/1' } },
    });
    expect(await store.due(at, 10)).toHaveLength(1);
    const { right: _right, ...rest } = made;
    const second = { side: 'left', field: 'title', before: 'a\u0000', after: 'b', reason: 'x' } as const;
    await store.settle({
      ...nothing,
      sync: { ...rest, outcome: 'updated', journal: [second], parts: ['a file \u0000'] },
    });
    expect(await store.due(at, 10)).toEqual([]);
    expect(await listSyncs(database.db, { integrationId: 'int', limit: 10 })).toMatchObject([
      {
        outcome: 'updated',
        right: made.right,
        journal: [made.journal[0], { field: 'title' }],
        parts: ['one comment', 'a file \uFFFD'],
      },
    ]);
  });

  it('settles all or nothing (P1, P2)', async () => {
    await store.openIntent(intent('i1'));
    await expect(
      store.settle({ ...full, log: [{ level: 'info', at: 'no instant', text: '' }] }),
    ).rejects.toThrow(/invalid input syntax/);
    expect(await store.countPairs()).toBe(0);
    expect(await store.ledger('left', ['1'])).toEqual(new Map());
    expect(await store.openIntents()).toHaveLength(1);
    expect(await listSyncs(database.db, { integrationId: 'int', limit: 10 })).toEqual([]);
  });

  it('replaces what it knows: pair, part, ledger, parked', async () => {
    await store.settle(full);
    const changed = { ...pair('p1', '1', '9'), streak: 3, lastWritten: 'left' as const };
    await store.settle({
      ...nothing,
      pair: changed,
      ledger: [{ side: 'left', id: '1', version: 'v2', firm: false, skipped: 'ALL: closed' }],
      parts: [{ kind: 'comment', left: { id: 'l', hash: 'new' }, right: { id: 'r', hash: 'new' } }],
      parked: [{ side: 'left', id: '2', key: '#2', kind: 'rejected', reason: 'still', attempts: 2 }],
    });
    expect((await store.pairs('left', ['1'])).get('1')).toEqual(changed);
    expect((await store.parts('p1')).map((it) => it.left.hash)).toEqual(['new']);
    expect((await store.ledger('left', ['1'])).get('1')).toMatchObject({
      version: 'v2',
      skipped: 'ALL: closed',
    });
    expect((await store.parked('left', ['2'])).get('2')).toEqual({
      side: 'left',
      id: '2',
      key: '#2',
      kind: 'rejected',
      reason: 'still',
      attempts: 2,
    });
  });

  it('puts no item into two pairs (P1)', async () => {
    await store.settle({ ...nothing, pair: pair('p1', '1', '9') });
    await expect(store.settle({ ...nothing, pair: pair('p2', '1', '8') })).rejects.toThrow(/pair_left/);
    await expect(store.settle({ ...nothing, pair: pair('p2', '2', '9') })).rejects.toThrow(/pair_right/);
  });

  it('holds one intent for one piece of work, also when opened twice at once (P1)', async () => {
    const sent = { target: { summary: 'x' }, source: { subject: 'x' } };
    await Promise.all([1, 2, 3, 4].map(() => store.openIntent({ ...intent('i1', later), sent })));
    await store.openIntent(intent('i0', at));
    expect((await store.openIntents()).map((it) => it.id)).toEqual(['i0', 'i1']);
    expect(await store.intent('i1')).toEqual({ ...intent('i1', later), sent });
    await store.closeIntent('i1');
    expect(await store.intent('i1')).toBeUndefined();
  });

  it('keeps a cursor for each side', async () => {
    expect(await store.cursors()).toEqual({});
    await store.saveCursors({ left: { fingerprint: 'f', since: at } });
    await store.saveCursors({
      left: { fingerprint: 'g', since: later },
      right: { fingerprint: 'r', since: at },
    });
    expect(await store.cursors()).toEqual({
      left: { fingerprint: 'g', since: later },
      right: { fingerprint: 'r', since: at },
    });
  });

  it('spools in the order of arrival, the later change in place of the earlier', async () => {
    const item = (id: string): Item => ({
      id,
      key: id,
      url: '',
      type: 't',
      version: '1',
      createdAt: at,
      updatedAt: at,
      visibility: 'public',
      fields: { text: 'nul \u0000 and half a pair \ud800' },
    });
    const changed = (id: string) => ({ side: 'left' as const, id, why: 'changed' as const, item: item(id) });
    await store.spool([
      { side: 'left', id: '1', why: 'retry' },
      changed('2'),
      { side: 'right', id: '1', why: 'deleted' },
    ]);
    await store.spool([changed('1'), changed('3'), changed('3')]);
    const all = await store.readSpool(-1, 10);
    expect(all.map((it) => [it.side, it.id, it.why])).toEqual([
      ['left', '2', 'changed'],
      ['right', '1', 'deleted'],
      ['left', '1', 'changed'],
      ['left', '3', 'changed'],
    ]);
    expect(all[0]?.item).toEqual(item('2'));
    expect(all[1]).not.toHaveProperty('item');
    expect(await store.spooled()).toBe(4);
    expect(await store.readSpool(all[1]?.position ?? 0, 1)).toEqual([all[2]]);
  });

  it('names what is due, and clears a mark only if this run has seen it', async () => {
    await store.settle(full);
    await markForResync(database.db, 'int', [
      { side: 'left', id: '1' },
      { side: 'left', id: '2' },
      { side: 'right', id: '5' },
    ]);
    expect(await store.due('2026-03-04T05:00:00.000Z', 10)).toHaveLength(3);
    expect(await store.due(later, 10)).toHaveLength(3);
    await markForResync(database.db, 'int', [{ side: 'right', id: '5' }]);
    const ledger = (side: 'left' | 'right', id: string) => ({ side, id, version: '1', firm: true });
    await store.settle({
      ...nothing,
      ledger: [ledger('left', '1'), ledger('right', '5')],
      released: [{ side: 'left', id: '2' }],
    });
    expect(await store.due(later, 10)).toEqual([{ side: 'right', id: '5', why: 'resync' }]);
  });

  it('resolves a conflict once', async () => {
    await store.settle(full);
    expect(await resolveConflict(database.db, 'int', 'c1', 'ann')).toBe(true);
    expect(await resolveConflict(database.db, 'int', 'c1', 'bob')).toBe(false);
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
  const writes: Readonly<Record<string, (it: PgStore) => Promise<void>>> = {
    settle: (it) => it.settle(full),
    saveCursors: (it) => it.saveCursors({ left: { fingerprint: 'f', since: at } }),
    openIntent: (it) => it.openIntent(intent('i1')),
    closeIntent: (it) => it.closeIntent('i1'),
    spool: (it) => it.spool([{ side: 'left', id: '1', why: 'retry' }]),
    log: (it) => it.log(full.log),
  };

  it.each(Object.keys(writes))('stops %s of a run that lost its lease', async (name) => {
    await sql`update lease set expires_at = now() - interval '1 second'`.execute(database.db);
    await beginRun(database.db, 'run-2');
    await expect(writes[name]?.(store)).rejects.toBeInstanceOf(LeaseLost);
    const counts = await sql<{ n: number }>`select (select count(*) from pair) + (select count(*) from cursor)
      + (select count(*) from intent) + (select count(*) from spool) + (select count(*) from log) as n`.execute(
      database.db,
    );
    expect(counts.rows[0]?.n).toBe(0);
  });

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
