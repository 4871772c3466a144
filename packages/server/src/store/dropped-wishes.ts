import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, orNull } from './text.ts';

/** What somebody asked for of an item, and that was not done before a pause and is not done after it. */
export interface DroppedWish {
  readonly asked: string;
  readonly who: string;
  readonly askedAt: string;
  readonly droppedAt: string;
  readonly droppedBy: string;
}

/** What people asked for and no run has done yet: of a pair, once, by its left item. */
function waiting(integrationId: string) {
  return sql`
    select 'left' as side, left_id as item_id, wanted->>'kind' as asked, who, asked_at
    from wish join pair using (integration_id) where integration_id = ${integrationId} and pair.id = pair_id
    union all
    select side, item_id, asked, coalesce(who, ''), marked_at from resync
    where integration_id = ${integrationId} and asked is not null and (side = 'left' or not exists (
      select from pair join resync as its on its.integration_id = pair.integration_id and its.side = 'left'
        and its.item_id = pair.left_id and its.asked is not null
      where pair.integration_id = resync.integration_id and pair.right_id = resync.item_id))`;
}

export async function countWaiting(db: Db, integrationId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (${waiting(integrationId)}) as waiting`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Nothing of it is done any more; its items' histories tell. The number of wishes. */
export async function dropWishes(trx: Trx, integrationId: string, by: string): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into dropped_wish (integration_id, side, item_id, asked, who, asked_at, dropped_by)
    select ${integrationId}, waiting.*, ${clean(by)} from (${waiting(integrationId)}) as waiting`.execute(
    trx,
  );
  await sql`delete from wish where integration_id = ${integrationId}`.execute(trx);
  await sql`delete from resync where integration_id = ${integrationId}`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** Of an item and its counterpart, newest first. */
export async function readDropped(
  db: Db,
  integrationId: string,
  items: { readonly left?: string | undefined; readonly right?: string | undefined },
  limit: number,
): Promise<readonly DroppedWish[]> {
  const [left, right] = [orNull(items.left), orNull(items.right)];
  const { rows } = await sql<DroppedWish>`
    select asked, who, asked_at as "askedAt", dropped_at as "droppedAt", dropped_by as "droppedBy" from dropped_wish
    where integration_id = ${integrationId} and item_id in (${left}, ${right})
      and (side, item_id) in (('left', ${left}), ('right', ${right}))
    order by id desc limit ${limit}`.execute(db);
  return rows;
}
