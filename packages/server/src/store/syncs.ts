import type { JournalEntry, KeptOutBy, RecordedItem, Side, SyncOutcome, SyncRecord } from '@lockstep/engine';
import { SIDES } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, folded, json, orNull } from './text.ts';

/** Characters of what a record is searched by: an entry of an index takes no more than about 2,700 bytes. */
const SEARCHED = 400;

/**
 * The record and its journal, in one statement; a later record of an item in the same run is added to the first. It is
 * the latest of both its items from then on.
 */
export async function writeSync(
  trx: Trx,
  integrationId: string,
  runId: string,
  sync: SyncRecord,
): Promise<void> {
  const { left, right, journal } = sync;
  const texts = SIDES.flatMap((side) => [sync[side]?.key, sync[side]?.title]);
  const search = [...folded(texts.filter((text) => text !== undefined).join(' '))]
    .slice(0, SEARCHED)
    .join('');
  const origin = sync[sync.origin]?.id;
  await sql`
    with record as (
      insert into sync (integration_id, run_id, origin, outcome, at, left_id, left_key, left_url, left_type, left_title,
        right_id, right_key, right_url, right_type, right_title, parts, message, failed, remedy, unmet, folded)
      values (${integrationId}, ${runId}, ${sync.origin}, ${sync.outcome}, ${sync.at},
        ${orNull(left?.id)}, ${orNull(left?.key)}, ${orNull(left?.url)}, ${orNull(left?.type)}, ${orNull(left?.title)},
        ${orNull(right?.id)}, ${orNull(right?.key)}, ${orNull(right?.url)}, ${orNull(right?.type)}, ${orNull(right?.title)},
        ${json(sync.parts.map(clean))}, ${orNull(sync.message)}, ${sync.failed === true}, ${orNull(sync.remedy)},
        ${sync.unmet === undefined ? null : json(sync.unmet)}, ${clean(search)})
      on conflict (run_id, origin, (case origin when 'left' then left_id else right_id end)) do update set
        outcome = excluded.outcome, at = excluded.at, message = excluded.message, parts = sync.parts || excluded.parts,
        left_id = coalesce(excluded.left_id, sync.left_id), left_key = coalesce(excluded.left_key, sync.left_key),
        left_url = coalesce(excluded.left_url, sync.left_url),
        left_type = coalesce(excluded.left_type, sync.left_type),
        left_title = coalesce(excluded.left_title, sync.left_title),
        right_id = coalesce(excluded.right_id, sync.right_id), right_key = coalesce(excluded.right_key, sync.right_key),
        right_url = coalesce(excluded.right_url, sync.right_url),
        right_type = coalesce(excluded.right_type, sync.right_type),
        right_title = coalesce(excluded.right_title, sync.right_title),
        failed = excluded.failed, remedy = excluded.remedy, unmet = excluded.unmet, folded = excluded.folded,
        latest = true
      returning id),
    older as (
      update sync set latest = false
      where integration_id = ${integrationId} and latest
        and (left_id = ${orNull(left?.id)} or right_id = ${orNull(right?.id)})
        and (run_id, origin, case origin when 'left' then left_id else right_id end)
          is distinct from (${runId}, ${sync.origin}, ${orNull(origin)}))
    insert into journal (sync_id, side, field, before, after, reason, who)
    select record.id, side, field, before::json, after::json, reason, who from record, unnest(
      ${journal.map((it) => it.side)}::text[], ${journal.map((it) => clean(it.field))}::text[],
      ${journal.map((it) => json(it.before))}::text[], ${journal.map((it) => json(it.after))}::text[],
      ${journal.map((it) => clean(it.reason))}::text[], ${journal.map((it) => orNull(it.by))}::text[])
      with ordinality as entry (side, field, before, after, reason, who, place)
    order by place`.execute(trx);
}

export type SyncEntry = SyncRecord & { readonly id: number; readonly runId: string };

export interface SyncQuery {
  readonly integrationId: string;
  readonly runId?: string;
  readonly outcome?: SyncOutcome;
  /** Whatever its outcome, something of it failed. */
  readonly failed?: true;
  /** Of one item only. */
  readonly item?: { readonly side: Side; readonly id: string };
  /** Of a pair, by either of its items. */
  readonly pair?: { readonly left?: string | undefined; readonly right?: string | undefined };
  /** Of each item only the newest record. */
  readonly latest?: true;
  /** Ids of types, of either side. */
  readonly types?: readonly string[];
  /** In a key or title, without regard to case. */
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
  /** The side whose change it was. */
  readonly origin?: Side;
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
  readonly left: Nullable<RecordedItem> | null;
  readonly right: Nullable<RecordedItem> | null;
  readonly parts: readonly string[];
  readonly message: string | null;
  readonly failed: boolean;
  readonly remedy: string | null;
  readonly unmet: readonly KeptOutBy[] | null;
}
type Nullable<T> = { readonly [Key in keyof T]-?: NonNullable<T[Key]> | null };

/** Newest first, with their journals. */
export async function listSyncs(db: Db, query: SyncQuery): Promise<readonly SyncEntry[]> {
  const { rows } = await chosen(query).execute(db);
  return listSyncsById(
    db,
    rows.map(({ id }) => id),
  );
}

/** The same of these. */
export async function listSyncsById(db: Db, ids: readonly number[]): Promise<readonly SyncEntry[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<Row>`
    select id, run_id, origin, outcome, at, parts, message, failed, remedy, unmet,
      case when left_id is not null then json_build_object(
        'id', left_id, 'key', left_key, 'url', left_url, 'type', left_type, 'title', left_title) end as left,
      case when right_id is not null then json_build_object(
        'id', right_id, 'key', right_key, 'url', right_url, 'type', right_type, 'title', right_title) end as right
    from sync where id = any(${ids}::bigint[]) order by id desc`.execute(db);
  const journals = await readJournals(
    db,
    rows.map((row) => row.id),
  );
  return rows.map(({ run_id: runId, left, right, message, failed, remedy, unmet, ...rest }) => ({
    ...rest,
    runId,
    journal: journals.get(rest.id) ?? [],
    ...(left === null ? {} : { left: itemOf(left) }),
    ...(right === null ? {} : { right: itemOf(right) }),
    ...(message === null ? {} : { message }),
    ...(failed ? { failed } : {}),
    ...(remedy === null ? {} : { remedy }),
    ...(unmet === null ? {} : { unmet }),
  }));
}

/** Their ids, by themselves: what tells them apart is in the index, and the rows are read of one page only. */
export function chosen(query: SyncQuery) {
  const { item, pair, types } = query;
  return sql<{ id: number }>`
    select id from sync where integration_id = ${query.integrationId}
      ${query.latest === undefined ? sql`` : sql`and latest`}
      ${query.runId === undefined ? sql`` : sql`and run_id = ${query.runId}`}
      ${query.outcome === undefined ? sql`` : sql`and outcome = ${query.outcome}`}
      ${query.failed === undefined ? sql`` : sql`and failed`}
      ${item === undefined ? sql`` : sql`and ${sql.ref(`${item.side}_id`)} = ${item.id}`}
      ${pair === undefined ? sql`` : sql`and (left_id = ${orNull(pair.left)} or right_id = ${orNull(pair.right)})`}
      ${types === undefined ? sql`` : sql`and (left_type = any(${types}::text[]) or right_type = any(${types}::text[]))`}
      ${query.text === undefined ? sql`` : sql`and position(${folded(query.text)} in folded) > 0`}
      ${query.since === undefined ? sql`` : sql`and at >= ${query.since}`}
      ${query.until === undefined ? sql`` : sql`and at < ${query.until}`}
      ${query.origin === undefined ? sql`` : sql`and origin = ${query.origin}`}
      ${query.before === undefined ? sql`` : sql`and id < ${query.before}`}
    order by id desc limit ${query.limit}`;
}

function itemOf({ id, key, url, type, title }: Nullable<RecordedItem>): RecordedItem {
  return {
    id: id ?? '',
    key: key ?? '',
    url: url ?? '',
    ...(type === null ? {} : { type }),
    ...(title === null ? {} : { title }),
  };
}

async function readJournals(
  db: Db,
  syncs: readonly number[],
): Promise<ReadonlyMap<number, readonly JournalEntry[]>> {
  const { rows } = await sql<JournalEntry & { sync_id: number; who: string | null }>`
    select sync_id, side, field, before, after, reason, who from journal
    where sync_id = any(${syncs}::bigint[]) order by id`.execute(db);
  const result = new Map<number, JournalEntry[]>();
  for (const { sync_id: id, who, ...entry } of rows)
    result.set(id, [...(result.get(id) ?? []), { ...entry, ...(who === null ? {} : { by: who }) }]);
  return result;
}
