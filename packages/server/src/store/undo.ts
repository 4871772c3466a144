import type { JournalEntry } from '@lockstep/engine';
import { CREATED } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { markPairs } from './resync.ts';
import { clean, json } from './text.ts';

/** Of one pair; older changes stay as they are. */
const MOST_CHANGES = 1_000;

/** Pairs of which a run changed anything that can be undone. */
export async function pairsChangedBy(
  db: Db,
  integrationId: string,
  runId: string,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct pair.id from sync join pair on pair.integration_id = sync.integration_id
      and pair.left_id = sync.left_id and pair.state = 'active'
    where sync.integration_id = ${integrationId} and run_id = ${clean(runId)}
      and exists (select from journal where sync_id = sync.id and reason <> ${CREATED})
    order by pair.id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** What the sync changed of these pairs, in a run or at all, newest first; pairs of which it changed nothing are left out. */
function changes(integrationId: string, pairIds: readonly string[], runId: string | undefined) {
  return sql`
    select pair.id as pair_id, pair.left_id, entries from pair, lateral (
      select json_agg(json_build_object('side', side, 'field', field, 'before', before, 'after', after, 'reason', reason)
        order by id desc) as entries
      from (select journal.id, side, field, before, after, reason from sync join journal on sync_id = sync.id
        where sync.integration_id = pair.integration_id and sync.left_id = pair.left_id and reason <> ${CREATED}
          ${runId === undefined ? sql`` : sql`and run_id = ${clean(runId)}`}
        order by journal.id desc limit ${MOST_CHANGES}) as newest) as found
    where pair.integration_id = ${integrationId} and pair.id = any(${pairIds}::text[]) and entries is not null`;
}

export async function readChanges(
  db: Db,
  integrationId: string,
  pairIds: readonly string[],
  runId: string | undefined,
): Promise<readonly { readonly leftId: string; readonly entries: readonly JournalEntry[] }[]> {
  const { rows } = await sql<{ leftId: string; entries: readonly JournalEntry[] }>`
    select left_id as "leftId", entries from (${changes(integrationId, pairIds, runId)}) as found`.execute(
    db,
  );
  return rows;
}

/** The number of pairs of which something is to be undone. */
export async function wishUndo(
  trx: Trx,
  integrationId: string,
  wish: {
    readonly who: string;
    readonly of: string;
    readonly pairIds: readonly string[];
    readonly runId: string | undefined;
  },
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    insert into wish (integration_id, pair_id, about, who, wanted)
    select ${integrationId}, pair_id, 'undo', ${clean(wish.who)},
      json_build_object('kind', 'undo', 'of', ${json(clean(wish.of))}::json, 'entries', entries)
    from (${changes(integrationId, wish.pairIds, wish.runId)}) as found
    on conflict (integration_id, pair_id, about) do update
      set who = excluded.who, wanted = excluded.wanted, asked_at = excluded.asked_at, id = default
    returning pair_id as id`.execute(trx);
  await markPairs(
    trx,
    integrationId,
    rows.map(({ id }) => id),
  );
  return rows.length;
}
