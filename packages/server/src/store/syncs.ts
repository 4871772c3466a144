import type { JournalEntry, Side, SyncOutcome, SyncRecord } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, json, orNull } from './text.ts';

/** The record and its journal, in one statement; a later record of an item in the same run is added to the first. */
export async function writeSync(
  trx: Trx,
  integrationId: string,
  runId: string,
  sync: SyncRecord,
): Promise<void> {
  const { left, right, journal } = sync;
  await sql`
    with record as (
      insert into sync (integration_id, run_id, origin, outcome, at, left_id, left_key, left_url,
        right_id, right_key, right_url, parts, message)
      values (${integrationId}, ${runId}, ${sync.origin}, ${sync.outcome}, ${sync.at},
        ${orNull(left?.id)}, ${orNull(left?.key)}, ${orNull(left?.url)},
        ${orNull(right?.id)}, ${orNull(right?.key)}, ${orNull(right?.url)}, ${json(sync.parts.map(clean))}, ${orNull(sync.message)})
      on conflict (run_id, origin, (case origin when 'left' then left_id else right_id end)) do update set
        outcome = excluded.outcome, at = excluded.at, message = excluded.message, parts = sync.parts || excluded.parts,
        left_id = coalesce(excluded.left_id, sync.left_id), left_key = coalesce(excluded.left_key, sync.left_key),
        left_url = coalesce(excluded.left_url, sync.left_url),
        right_id = coalesce(excluded.right_id, sync.right_id), right_key = coalesce(excluded.right_key, sync.right_key),
        right_url = coalesce(excluded.right_url, sync.right_url)
      returning id)
    insert into journal (sync_id, side, field, before, after, reason)
    select record.id, side, field, before::json, after::json, reason from record, unnest(
      ${journal.map((it) => it.side)}::text[], ${journal.map((it) => clean(it.field))}::text[],
      ${journal.map((it) => json(it.before))}::text[], ${journal.map((it) => json(it.after))}::text[],
      ${journal.map((it) => clean(it.reason))}::text[])
      with ordinality as entry (side, field, before, after, reason, place)
    order by place`.execute(trx);
}

export type SyncEntry = SyncRecord & { readonly id: number; readonly runId: string };

export interface SyncQuery {
  readonly integrationId: string;
  readonly runId?: string;
  readonly outcome?: SyncOutcome;
  /** Of one item only. */
  readonly item?: { readonly side: Side; readonly id: string };
  /** Entries before this id. */
  readonly before?: number;
  readonly limit: number;
}

interface Row {
  readonly id: number;
  readonly run_id: string;
  readonly origin: Side;
  readonly outcome: SyncOutcome;
  readonly at: string;
  readonly left: { id: string; key: string; url: string } | null;
  readonly right: { id: string; key: string; url: string } | null;
  readonly parts: readonly string[];
  readonly message: string | null;
}

/** Newest first, with their journals. */
export async function listSyncs(db: Db, query: SyncQuery): Promise<readonly SyncEntry[]> {
  const { rows } = await sql<Row>`
    select id, run_id, origin, outcome, at, parts, message,
      case when left_id is not null then json_build_object('id', left_id, 'key', left_key, 'url', left_url) end as left,
      case when right_id is not null then json_build_object('id', right_id, 'key', right_key, 'url', right_url) end as right
    from sync where integration_id = ${query.integrationId}
      ${query.runId === undefined ? sql`` : sql`and run_id = ${query.runId}`}
      ${query.outcome === undefined ? sql`` : sql`and outcome = ${query.outcome}`}
      ${query.item === undefined ? sql`` : sql`and ${sql.ref(`${query.item.side}_id`)} = ${query.item.id}`}
      ${query.before === undefined ? sql`` : sql`and id < ${query.before}`}
    order by id desc limit ${query.limit}`.execute(db);
  const journals = await readJournals(
    db,
    rows.map((row) => row.id),
  );
  return rows.map(({ run_id: runId, left, right, message, ...rest }) => ({
    ...rest,
    runId,
    journal: journals.get(rest.id) ?? [],
    ...(left === null ? {} : { left }),
    ...(right === null ? {} : { right }),
    ...(message === null ? {} : { message }),
  }));
}

async function readJournals(
  db: Db,
  syncs: readonly number[],
): Promise<ReadonlyMap<number, readonly JournalEntry[]>> {
  const { rows } = await sql<JournalEntry & { sync_id: number }>`
    select sync_id, side, field, before, after, reason from journal
    where sync_id = any(${syncs}::bigint[]) order by id`.execute(db);
  const result = new Map<number, JournalEntry[]>();
  for (const { sync_id: id, ...entry } of rows) result.set(id, [...(result.get(id) ?? []), entry]);
  return result;
}
