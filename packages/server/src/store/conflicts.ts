import type { Both, Conflict, PairedItem } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, json } from './text.ts';

/** A conflict a person has resolved keeps that, should the same one be recorded again. */
export async function writeConflicts(
  trx: Trx,
  integrationId: string,
  runId: string,
  conflicts: readonly Conflict[],
): Promise<void> {
  const last = [...new Map(conflicts.map((it) => [it.id, it])).values()];
  if (last.length === 0) return;
  await sql`
    insert into conflict (integration_id, id, pair_id, run_id, outcome, record)
    select ${integrationId}, id, pair_id, ${runId}, outcome, record::json from unnest(
      ${last.map((it) => clean(it.id))}::text[], ${last.map((it) => it.pairId)}::text[],
      ${last.map((it) => it.outcome)}::text[], ${last.map(json)}::text[]) as given (id, pair_id, outcome, record)
    on conflict (integration_id, id) do update
      set run_id = excluded.run_id, outcome = excluded.outcome, record = excluded.record`.execute(trx);
}

export interface ConflictEntry {
  readonly sequence: number;
  readonly runId: string;
  readonly recordedAt: string;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  /** Why the latest resolution was refused. */
  readonly refused: string | null;
  readonly conflict: Conflict;
  /** Null once the pair is gone. */
  readonly items: Both<Pick<PairedItem, 'id' | 'key' | 'url'>> | null;
}

/** Newest first, behind `before`. `unresolved`: open ones that no person has dealt with. */
export async function listConflicts(
  db: Db,
  query: {
    readonly integrationId: string;
    readonly pairId?: string;
    /** Recorded by one of these runs. */
    readonly runs?: readonly string[];
    readonly unresolved?: boolean;
    readonly before?: number;
    readonly limit: number;
  },
): Promise<readonly ConflictEntry[]> {
  // The items as a whole: PostgreSQL refuses to look into JSON that holds a NUL, as a base may.
  const { rows } = await sql<
    Omit<ConflictEntry, 'items'> & { left: PairedItem | null; right: PairedItem | null }
  >`
    select sequence, run_id as "runId", recorded_at as "recordedAt", resolved_at as "resolvedAt",
      resolved_by as "resolvedBy", refused, record as conflict, left_item as "left", right_item as "right"
    from conflict left join pair
      on pair.integration_id = conflict.integration_id and pair.id = conflict.pair_id
    where conflict.integration_id = ${query.integrationId}
      ${query.pairId === undefined ? sql`` : sql`and pair_id = ${query.pairId}`}
      ${query.runs === undefined ? sql`` : sql`and run_id = any(${query.runs}::text[])`}
      ${query.unresolved === true ? sql`and outcome = 'open' and resolved_at is null` : sql``}
      ${query.before === undefined ? sql`` : sql`and sequence < ${query.before}`}
    order by sequence desc limit ${query.limit}`.execute(db);
  return rows.map(({ left, right, ...row }) => ({
    ...row,
    items: left === null || right === null ? null : { left: nameOf(left), right: nameOf(right) },
  }));
}

function nameOf({ id, key, url }: PairedItem): Pick<PairedItem, 'id' | 'key' | 'url'> {
  return { id, key, url };
}
