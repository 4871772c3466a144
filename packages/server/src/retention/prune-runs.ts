import { sql } from 'kysely';
import type { Db, Trx } from '../store/database.ts';

/** How long records stay. Days, and a number of runs per integration. */
export interface Retention {
  /** Runs, their log, and syncs that changed nothing. */
  readonly runDays: number;
  /** Of each integration, the newest. */
  readonly runs: number;
  /** The journal: syncs with the values that they overwrote, which undo needs, and the runs of them. */
  readonly journalDays: number;
}

export const RETENTION: Retention = { runDays: 90, runs: 10_000, journalDays: 365 };

/** Of each integration, whatever their age: its health and its schedule are told from them. */
const ALWAYS = 20;
/** Runs looked at, and rows deleted, in one transaction. */
const RUNS = 200;
const ROWS = 5_000;
/** Any number, the same in every Lockstep: one server at a time deletes. */
const TURN = 5_625_303;

/**
 * Deletes what is older than it has to be, a little at a time, while runs go on. Left alone is what somebody may still
 * need: what a parked item was told, the run of an open conflict, of an unanswered write or of a migration that goes on, and
 * for as long as the journal is kept whatever overwrote a value.
 * @returns how many runs' records are gone.
 */
export async function pruneRuns(db: Db, retention: Retention, signal: AbortSignal): Promise<number> {
  const { rows: integrations } = await sql<{ id: string }>`select id from integration`.execute(db);
  let gone = 0;
  for (const { id } of integrations) {
    for (let after = ''; !signal.aborted;) {
      const due = await dueRuns(db, id, retention, after);
      const last = due.at(-1);
      if (last === undefined) break;
      after = last;
      const deleted = await deleteRecords(db, id, due, retention, signal);
      if (deleted === undefined) return gone;
      gone += deleted;
    }
  }
  return gone;
}

/** Ended runs that are too old or too many, oldest first, behind `after`. */
async function dueRuns(
  db: Db,
  integrationId: string,
  { runDays, runs }: Retention,
  after: string,
): Promise<readonly string[]> {
  const newest = (count: number) => sql`coalesce((select id from run where integration_id = ${integrationId}
    order by id desc offset ${count} limit 1), '')`;
  const { rows } = await sql<{ id: string }>`
    select id from run where integration_id = ${integrationId} and id > ${after} and ended_at is not null
      and id <= ${newest(ALWAYS)}
      and (ended_at < now() - ${runDays} * interval '1 day' or id <= ${newest(runs)})
    order by id limit ${RUNS}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Undefined if another server is at it. */
async function deleteRecords(
  db: Db,
  integrationId: string,
  runs: readonly string[],
  { journalDays }: Retention,
  signal: AbortSignal,
): Promise<number | undefined> {
  /** A journal that is still to be kept, or a parked item's record; by the newest record of an item, kept too, it is found. */
  const needed = sql`((at >= now() - ${journalDays} * interval '1 day' and exists (select from journal where sync_id = s.id))
    or exists (select from parked p where p.integration_id = s.integration_id
      and p.item_id = case p.side when 'left' then s.left_id else s.right_id end))`;
  const parts = [
    (trx: Trx) =>
      sql`delete from log where id in (
      select id from log where run_id = any(${runs}::text[]) and not exists (select from parked p
        where p.integration_id = log.integration_id and p.side = log.side and p.item_id = log.item_id)
      limit ${ROWS})`.execute(trx),
    (trx: Trx) =>
      sql`delete from sync where id in (
      select id from sync s where run_id = any(${runs}::text[]) and not latest and not ${needed}
      limit ${ROWS})`.execute(trx),
  ];
  for (const part of parts) {
    for (;;) {
      const deleted = await inTurn(db, part);
      if (deleted === undefined) return undefined;
      if (deleted < ROWS || signal.aborted) break;
    }
  }
  if (signal.aborted) return 0;
  return inTurn(db, (trx) =>
    sql`delete from run r where id = any(${runs}::text[])
      and not exists (select from sync s where run_id = r.id and (not latest or ${needed}))
      and not exists (select from log where run_id = r.id)
      and not exists (select from conflict where run_id = r.id and outcome = 'open' and resolved_at is null)
      and not exists (select from intent where integration_id = ${integrationId} and run_id = r.id)
      and not (trigger = 'migration' and exists (select from migration
        where integration_id = ${integrationId} and state in ('running', 'paused')))`.execute(trx),
  );
}

async function inTurn(
  db: Db,
  work: (trx: Trx) => Promise<{ readonly numAffectedRows?: bigint }>,
): Promise<number | undefined> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${TURN}) as mine`.execute(
      trx,
    );
    if (rows[0]?.mine !== true) return undefined;
    return Number((await work(trx)).numAffectedRows ?? 0n);
  });
}
