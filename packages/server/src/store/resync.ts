import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import type { ItemReference } from './parked.ts';
import { clean, orNull } from './text.ts';

/** What a mark is for, by whom; without it, it only brings a wish of the pair into the next run. */
export interface Asked {
  readonly asked: 'resync' | 'recreate';
  readonly who: string;
}

/** Asks for these items to be looked at in the next run, changed or not; parked ones are tried again too. */
export async function markForResync(
  db: Db,
  integrationId: string,
  items: readonly ItemReference[],
  asked?: Asked,
): Promise<void> {
  await mark(
    db,
    sql`select distinct ${integrationId}, side, id
      from unnest(${items.map((it) => it.side)}::text[], ${items.map((it) => clean(it.id))}::text[]) as asked (side, id)`,
    asked,
  );
}

/** `markForResync` for both items of each pair. */
export async function markPairs(
  db: Db,
  integrationId: string,
  pairIds: readonly string[],
  asked?: Asked,
): Promise<void> {
  await mark(
    db,
    sql`select integration_id, side, item_id
      from pair, lateral (values ('left', left_id), ('right', right_id)) as item (side, item_id)
      where integration_id = ${integrationId} and id = any(${pairIds}::text[])`,
    asked,
  );
}

/** For both items of pairs: of all, or of those one of whose items is held back. Nobody asked for it: the mapping is another one. */
export async function markPairsAnew(
  db: Db,
  integrationId: string,
  which: 'all' | 'held back',
): Promise<void> {
  // As text: quotes in a value are escaped, so that only a key reads so, and nothing has to be parsed.
  const held = sql`and (left_item::text like '%"heldBack":%' or right_item::text like '%"heldBack":%')`;
  await mark(
    db,
    sql`select integration_id, side, item_id
      from pair, lateral (values ('left', left_id), ('right', right_id)) as item (side, item_id)
      where integration_id = ${integrationId} and state = 'active' ${which === 'all' ? sql`` : held}`,
    undefined,
  );
}

async function mark(db: Db, items: ReturnType<typeof sql>, asked: Asked | undefined): Promise<void> {
  await sql`
    insert into resync (integration_id, side, item_id, asked, who)
    select marked.*, ${asked?.asked ?? null}, ${orNull(asked?.who)} from (${items}) as marked
    on conflict (integration_id, side, item_id) do update set marked_at = excluded.marked_at, taken_by = null,
      asked = coalesce(excluded.asked, resync.asked), who = coalesce(excluded.who, resync.who)`.execute(db);
}

export type Due = ItemReference & { readonly why: 'retry' | 'resync' };

/** What is due, the longest waiting first; an item that is both is named once. */
export async function readDue(
  db: Db,
  integrationId: string,
  now: string,
  limit: number,
): Promise<readonly Due[]> {
  const { rows } = await sql<Due>`
    select side, id, why from (
      select distinct on (side, id) side, id, why, since from (
        select side, item_id as id, 'resync' as why, marked_at as since from resync
        where integration_id = ${integrationId}
        union all
        select side, item_id, 'retry', next_try from parked
        where integration_id = ${integrationId} and next_try <= ${now}
      ) as both_kinds order by side, id, why
    ) as due order by since, side, id limit ${limit}`.execute(db);
  return rows;
}

/** Notes which marks this run has seen: only those are cleared when it settles, not one set meanwhile. */
export async function takeMarks(
  trx: Trx,
  integrationId: string,
  runId: string,
  items: readonly Due[],
): Promise<void> {
  const marked = items.filter((it) => it.why === 'resync');
  if (marked.length === 0) return;
  await sql`
    update resync set taken_by = ${runId}
    from unnest(${marked.map((it) => it.side)}::text[], ${marked.map((it) => it.id)}::text[]) as seen (side, id)
    where integration_id = ${integrationId} and resync.side = seen.side and item_id = seen.id`.execute(trx);
}

export async function clearMarks(
  trx: Trx,
  integrationId: string,
  runId: string,
  items: readonly ItemReference[],
): Promise<void> {
  if (items.length === 0) return;
  await sql`
    delete from resync using unnest(${items.map((it) => it.side)}::text[], ${items.map((it) => clean(it.id))}::text[])
      as done (side, id)
    where integration_id = ${integrationId} and resync.side = done.side and item_id = done.id
      and taken_by = ${runId}`.execute(trx);
}
