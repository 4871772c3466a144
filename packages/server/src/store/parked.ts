import type { Parked, Side } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, orNull } from './text.ts';

export interface ItemReference {
  readonly side: Side;
  readonly id: string;
}

export interface ParkedRow {
  readonly side: Side;
  readonly item_id: string;
  readonly key: string;
  readonly kind: string;
  readonly reason: string;
  readonly remedy: string | null;
  readonly field: string | null;
  readonly attempts: number;
  readonly next_try: string | null;
}

export async function readParked(
  db: Db,
  integrationId: string,
  side: Side,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Parked>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<ParkedRow>`
    select side, item_id, key, kind, reason, remedy, field, attempts, next_try from parked
    where integration_id = ${integrationId} and side = ${side} and item_id = any(${ids.map(clean)}::text[])`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.item_id, parkedOf(row)]));
}

export async function writeParked(trx: Trx, integrationId: string, parked: readonly Parked[]): Promise<void> {
  const last = [...new Map(parked.map((it) => [`${it.side}:${it.id}`, it])).values()];
  if (last.length === 0) return;
  await sql`
    insert into parked (integration_id, side, item_id, key, kind, reason, remedy, field, attempts, next_try)
    select ${integrationId}, * from unnest(
      ${last.map((it) => it.side)}::text[], ${last.map((it) => clean(it.id))}::text[],
      ${last.map((it) => clean(it.key))}::text[], ${last.map((it) => it.kind)}::text[],
      ${last.map((it) => clean(it.reason))}::text[], ${last.map((it) => orNull(it.remedy))}::text[],
      ${last.map((it) => orNull(it.field))}::text[], ${last.map((it) => it.attempts)}::integer[],
      ${last.map((it) => it.nextTry ?? null)}::timestamptz[])
    on conflict (integration_id, side, item_id) do update set key = excluded.key, kind = excluded.kind,
      reason = excluded.reason, remedy = excluded.remedy, field = excluded.field, attempts = excluded.attempts,
      next_try = excluded.next_try`.execute(trx);
}

export async function releaseParked(
  trx: Trx,
  integrationId: string,
  items: readonly ItemReference[],
): Promise<void> {
  if (items.length === 0) return;
  await sql`
    delete from parked using unnest(${items.map((it) => it.side)}::text[], ${items.map((it) => clean(it.id))}::text[])
      as done (side, id)
    where integration_id = ${integrationId} and parked.side = done.side and parked.item_id = done.id`.execute(
    trx,
  );
}

export function parkedOf(row: ParkedRow): Parked {
  return {
    side: row.side,
    id: row.item_id,
    key: row.key,
    kind: row.kind,
    reason: row.reason,
    ...(row.remedy === null ? {} : { remedy: row.remedy }),
    ...(row.field === null ? {} : { field: row.field }),
    attempts: row.attempts,
    ...(row.next_try === null ? {} : { nextTry: row.next_try }),
  };
}
