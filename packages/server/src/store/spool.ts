import type { DetectedChange, Side, SpoolCount } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, json } from './text.ts';

type Item = NonNullable<DetectedChange['item']>;

export async function addToSpool(trx: Trx, runId: string, changes: readonly DetectedChange[]): Promise<void> {
  // Deleted before it is set again, so that an item's last arrival, not its first, gives its place.
  const byItem = new Map<string, DetectedChange>();
  for (const change of changes) {
    const key = `${change.side}:${change.id}`;
    byItem.delete(key);
    byItem.set(key, change);
  }
  const last = [...byItem.values()];
  if (last.length === 0) return;
  await sql`
    insert into spool (run_id, side, item_id, why, item)
    select ${runId}, side, id, why, item::json from unnest(
      ${last.map((it) => it.side)}::text[], ${last.map((it) => clean(it.id))}::text[],
      ${last.map((it) => it.why)}::text[], ${last.map((it) => (it.item === undefined ? null : json(it.item)))}::text[])
      with ordinality as arrived (side, id, why, item, place)
    order by place
    on conflict (run_id, side, item_id) do update
      set why = case when spool.why = 'resync' and excluded.why = 'changed' then spool.why else excluded.why end,
        item = excluded.item, position = default`.execute(trx);
}

export async function countSpool(db: Db, runId: string): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from spool where run_id = ${runId}`.execute(db);
  return rows[0]?.count ?? 0;
}

export async function countSpoolByKind(
  db: Db,
  integrationId: string,
  runId: string,
): Promise<readonly SpoolCount[]> {
  const of = (side: Side, itemId: string) => sql`
    select s.side, s.why, p.id is not null as "isPaired", count(*) as count
    from spool s left join pair p on p.integration_id = ${integrationId} and p.${sql.ref(itemId)} = s.item_id
    where s.run_id = ${runId} and s.side = ${side} group by 1, 2, 3`;
  const { rows } = await sql<SpoolCount>`
    ${of('left', 'left_id')} union all ${of('right', 'right_id')}`.execute(db);
  return rows;
}

export async function readSpool(
  db: Db,
  runId: string,
  after: number,
  limit: number,
): Promise<readonly (DetectedChange & { readonly position: number })[]> {
  const { rows } = await sql<{
    position: number;
    side: Side;
    id: string;
    why: DetectedChange['why'];
    item: Item | null;
  }>`select position, side, item_id as id, why, item from spool
    where run_id = ${runId} and position > ${after} order by position limit ${limit}`.execute(db);
  return rows.map(({ item, ...rest }) => ({ ...rest, ...(item === null ? {} : { item }) }));
}

export async function dropSpool(db: Db | Trx, runIds: readonly string[]): Promise<void> {
  await sql`delete from spool where run_id = any(${runIds}::text[])`.execute(db);
}
