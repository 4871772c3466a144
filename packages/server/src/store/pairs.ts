import type { Pair, PairedItem, PartPair, Side } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, json } from './text.ts';

interface Row {
  readonly id: string;
  readonly state: Pair['state'];
  readonly created_at: string;
  readonly streak: number;
  readonly last_written: Side | null;
  readonly left_item: PairedItem;
  readonly right_item: PairedItem;
}

const columns = sql.raw('id, state, created_at, streak, last_written, left_item, right_item');

/**
 * The type of a pair's item. What the base remembers under a name that no field has begins with a zero character, which
 * no text in the database can hold, nor any that is taken out of the row.
 */
export function typeOfItem(side: Side) {
  const item = sql.ref(`${side}_item`);
  return sql<string>`replace(${item}::text, '\\u0000', '\\u0001')::json ->> 'type'`;
}

export async function readPairs(
  db: Db,
  integrationId: string,
  side: Side,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Pair>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Row>`
    select ${columns} from pair
    where integration_id = ${integrationId} and ${sql.ref(`${side}_id`)} = any(${ids.map(clean)}::text[])`.execute(
    db,
  );
  return new Map(rows.map((row) => [row[`${side}_item`].id, pairOf(row)]));
}

export async function readPair(db: Db, integrationId: string, id: string): Promise<Pair | undefined> {
  const { rows } = await sql<Row>`
    select ${columns} from pair where integration_id = ${integrationId} and id = ${id}`.execute(db);
  return rows[0] === undefined ? undefined : pairOf(rows[0]);
}

export async function countPairs(db: Db, integrationId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pair where integration_id = ${integrationId}`.execute(db);
  return rows[0]?.count ?? 0;
}

export async function readSomePairs(db: Db, integrationId: string, limit: number): Promise<readonly Pair[]> {
  const { rows } = await sql<Row>`
    select ${columns} from pair where integration_id = ${integrationId} and state = 'active'
    order by id desc limit ${limit}`.execute(db);
  return rows.map(pairOf);
}

/** In the order of their ids, behind one. */
export async function readActivePairs(
  db: Db,
  integrationId: string,
  after: string | undefined,
  limit: number,
): Promise<readonly Pair[]> {
  const { rows } = await sql<Row>`
    select ${columns} from pair where integration_id = ${integrationId} and state = 'active' and id > ${after ?? ''}
    order by id limit ${limit}`.execute(db);
  return rows.map(pairOf);
}

/** Fails, and the transaction with it, where an item is in another pair already: an item has one counterpart (P1). */
export async function writePair(trx: Trx, integrationId: string, pair: Pair): Promise<void> {
  await sql`
    insert into pair (integration_id, id, state, created_at, streak, last_written, left_id, left_item, right_id, right_item)
    values (${integrationId}, ${pair.id}, ${pair.state}, ${pair.createdAt}, ${pair.streak}, ${pair.lastWritten ?? null},
      ${clean(pair.left.id)}, ${json(pair.left)}, ${clean(pair.right.id)}, ${json(pair.right)})
    on conflict (integration_id, id) do update set state = excluded.state, created_at = excluded.created_at,
      streak = excluded.streak, last_written = excluded.last_written, left_id = excluded.left_id,
      left_item = excluded.left_item, right_id = excluded.right_id, right_item = excluded.right_item`.execute(
    trx,
  );
}

export async function readParts(db: Db, integrationId: string, pairId: string): Promise<readonly PartPair[]> {
  return (await readPartsOf(db, integrationId, [pairId])).get(pairId) ?? [];
}

/** The same of several pairs, by the pair's id. */
export async function readPartsOf(
  db: Db,
  integrationId: string,
  pairIds: readonly string[],
): Promise<ReadonlyMap<string, readonly PartPair[]>> {
  const { rows } = await sql<{
    pair_id: string;
    kind: PartPair['kind'];
    left_id: string;
    left_hash: string;
    right_id: string;
    right_hash: string;
  }>`select pair_id, kind, left_id, left_hash, right_id, right_hash from part
    where integration_id = ${integrationId} and pair_id = any(${pairIds}::text[])
    order by pair_id, kind, left_id, right_id`.execute(db);
  const result = new Map<string, PartPair[]>();
  for (const row of rows) {
    const part = {
      kind: row.kind,
      left: { id: row.left_id, hash: row.left_hash },
      right: { id: row.right_id, hash: row.right_hash },
    };
    const known = result.get(row.pair_id);
    if (known === undefined) result.set(row.pair_id, [part]);
    else known.push(part);
  }
  return result;
}

export async function writeParts(
  trx: Trx,
  integrationId: string,
  pairId: string,
  parts: readonly PartPair[],
): Promise<void> {
  const last = [...new Map(parts.map((it) => [json([it.kind, it.left.id, it.right.id]), it])).values()];
  if (last.length === 0) return;
  await sql`
    insert into part (integration_id, pair_id, kind, left_id, left_hash, right_id, right_hash)
    select ${integrationId}, ${pairId}, * from unnest(${last.map((it) => it.kind)}::text[],
      ${last.map((it) => it.left.id)}::text[], ${last.map((it) => it.left.hash)}::text[],
      ${last.map((it) => it.right.id)}::text[], ${last.map((it) => it.right.hash)}::text[])
    on conflict (integration_id, pair_id, kind, left_id, right_id) do update
      set left_hash = excluded.left_hash, right_hash = excluded.right_hash`.execute(trx);
}

function pairOf(row: Row): Pair {
  return {
    id: row.id,
    state: row.state,
    createdAt: row.created_at,
    streak: row.streak,
    ...(row.last_written === null ? {} : { lastWritten: row.last_written }),
    left: row.left_item,
    right: row.right_item,
  };
}
