import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../store/database.ts';
import { useTestDatabase } from '../testing/database.ts';
import { connect, migrated, withIntegration } from '../testing/store.ts';
import { pruneRuns, RETENTION } from './prune-runs.ts';

const base = useTestDatabase(migrated);
const never = new AbortController().signal;
let database: Database;

beforeEach(async () => {
  database = await connect(base.url);
  await withIntegration(database.db);
});
afterEach(() => database.close());

/** Ended runs `from` to `to` of so many days ago, each with a line of log and a sync that changed nothing. */
async function oldRuns(from: number, to: number, days: number): Promise<void> {
  await sql`insert into run (id, integration_id, trigger, holder, started_at, ended_at, outcome)
    select 'r' || to_char(n, 'FM0000'), 'int', 'schedule', 'x', now() - ${days} * interval '1 day',
      now() - ${days} * interval '1 day', 'succeeded' from generate_series(${from}::int, ${to}::int) n`.execute(
    database.db,
  );
  await sql`insert into log (integration_id, run_id, level, at, text, side, item_id)
    select 'int', id, 'info', started_at, 'line', 'left', id from run where id between ${name(from)} and ${name(to)}`.execute(
    database.db,
  );
  await sql`insert into sync (integration_id, run_id, origin, outcome, at, left_id, left_key, left_url, parts, latest)
    select 'int', id, 'left', 'skipped', started_at, id, id, '', '[]', false from run where id between ${name(from)} and ${name(to)}`.execute(
    database.db,
  );
}

const name = (number: number): string => `r${String(number).padStart(4, '0')}`;

async function left(table: 'run' | 'log' | 'sync'): Promise<readonly string[]> {
  const key = sql.ref(table === 'run' ? 'id' : 'run_id');
  const { rows } = await sql<{
    key: string;
  }>`select ${key} as key from ${sql.table(table)} order by 1`.execute(database.db);
  return rows.map((row) => row.key);
}

test('runs go by age and by number, but for the latest, and take their records with them', async () => {
  await oldRuns(1, 300, 100);
  await oldRuns(301, 350, 1);
  expect(await pruneRuns(database.db, RETENTION, never)).toBe(300);
  expect([(await left('run'))[0], (await left('log')).length, (await left('sync')).length]).toEqual([
    name(301),
    50,
    50,
  ]);
  expect(await pruneRuns(database.db, { ...RETENTION, runs: 30 }, never)).toBe(20);
  expect(await left('run')).toEqual(await left('log'));
  // By its newest record an item is found, whatever became of the run.
  await sql`update sync set latest = true where run_id = ${name(321)}`.execute(database.db);
  // Whatever their age, by the latest its health is told.
  expect(await pruneRuns(database.db, { ...RETENTION, runDays: 0 }, never)).toBe(10);
  expect(await left('run')).toHaveLength(20);
  expect(await left('sync')).toEqual([name(321), ...(await left('run'))]);
});

test('what somebody may still need stays: a journal, a conflict, a parked item, an unanswered write, a migration', async () => {
  await oldRuns(1, 8, 100);
  await oldRuns(100, 130, 1);
  const { db } = database;
  await sql`insert into journal (sync_id, side, field, before, after, reason)
    select id, 'right', 'title', '"a"', '"b"', 'changed' from sync where run_id = ${name(1)}`.execute(db);
  await sql`insert into conflict (integration_id, id, pair_id, run_id, outcome, record)
    values ('int', 'c1', 'p', ${name(2)}, 'open', '{}'), ('int', 'c2', 'p', ${name(3)}, 'left', '{}')`.execute(
    db,
  );
  await sql`insert into parked (integration_id, side, item_id, key, kind, reason, attempts)
    values ('int', 'left', ${name(4)}, 'K', 'rejected', 'no', 1)`.execute(db);
  await sql`insert into intent (integration_id, id, run_id, kind, side, source, fingerprint, sent_at)
    values ('int', 'i', ${name(5)}, 'create', 'right', '1', 'f', now())`.execute(db);
  await sql`update run set trigger = 'migration' where id = ${name(6)}`.execute(db);
  await sql`insert into migration (id, integration_id, request, state, position, who)
    values ('m', 'int', '{}', 'paused', '{}', 'me')`.execute(db);
  expect(await pruneRuns(db, RETENTION, never)).toBe(3);
  const kept = [1, 2, 4, 5, 6].map(name);
  expect((await left('run')).slice(0, 5)).toEqual(kept);
  // Of the run that overwrote something the journal stays, of the parked item what was told of it.
  expect((await left('log'))[0]).toBe(name(4));
  expect((await left('sync')).slice(0, 2)).toEqual([name(1), name(4)]);
  // The journal has its own time.
  await sql`update sync set at = now() - interval '400 days' where run_id = ${name(1)}`.execute(db);
  expect(await pruneRuns(db, RETENTION, never)).toBe(1);
  expect((await sql`select from journal`.execute(db)).rows).toEqual([]);
});
