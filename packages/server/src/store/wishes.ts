import type { Wanted, Wish, WishAnswer } from '@lockstep/engine';
import { OVERTAKEN } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import type { ItemReference } from './parked.ts';
import { markForResync, markPairs } from './resync.ts';
import { clean, json, orNull } from './text.ts';

/** Makes wishes, each in place of an equal one, and has both items of each pair looked at in the next run. */
export async function makeWishes(
  trx: Trx,
  integrationId: string,
  who: string,
  wishes: readonly { readonly pairId: string; readonly wanted: Wanted }[],
): Promise<void> {
  const last = [...new Map(wishes.map((it) => [`${it.pairId} ${aboutOf(it.wanted)}`, it])).values()];
  if (last.length === 0) return;
  await sql`
    insert into wish (integration_id, pair_id, about, who, wanted)
    select ${integrationId}, pair_id, about, ${clean(who)}, wanted::json from unnest(
      ${last.map((it) => it.pairId)}::text[], ${last.map((it) => aboutOf(it.wanted))}::text[],
      ${last.map((it) => json(it.wanted))}::text[]) with ordinality as given (pair_id, about, wanted, place)
    order by place
    on conflict (integration_id, pair_id, about) do update
      set who = excluded.who, wanted = excluded.wanted, asked_at = excluded.asked_at, id = default`.execute(
    trx,
  );
  await markPairs(
    trx,
    integrationId,
    last.map(({ pairId }) => pairId),
  );
}

/** Failed creations come into the next run, and their back-off begins anew; until then they stand parked. */
export async function retryAnew(
  trx: Trx,
  integrationId: string,
  items: readonly ItemReference[],
  who: string,
): Promise<void> {
  await sql`update parked set attempts = 0
    from unnest(${items.map((it) => it.side)}::text[], ${items.map((it) => clean(it.id))}::text[]) as asked (side, id)
    where integration_id = ${integrationId} and parked.side = asked.side and item_id = asked.id`.execute(trx);
  await markForResync(trx, integrationId, items, { asked: 'recreate', who });
}

function aboutOf(wanted: Wanted): string {
  return wanted.kind === 'resolve' ? `resolve ${wanted.conflict.id}` : wanted.kind;
}

/** What a run has yet to answer, the earliest of each pair first. */
export async function readWishes(
  db: Db,
  integrationId: string,
  pairIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Wish[]>> {
  const found = new Map<string, Wish[]>();
  if (pairIds.length === 0) return found;
  const { rows } = await sql<{ id: number; pairId: string; who: string; wanted: Wanted }>`
    select id, pair_id as "pairId", who, wanted from wish
    where integration_id = ${integrationId} and pair_id = any(${pairIds}::text[]) order by id`.execute(db);
  for (const { id, ...wish } of rows)
    found.set(wish.pairId, [...(found.get(wish.pairId) ?? []), { ...wish, id: String(id) }]);
  return found;
}

/** Wishes end with their answer; a conflict keeps who resolved it first, or why that was refused. */
export async function writeAnswers(
  trx: Trx,
  integrationId: string,
  answers: readonly WishAnswer[],
): Promise<void> {
  if (answers.length === 0) return;
  await sql`delete from wish where integration_id = ${integrationId}
    and id = any(${answers.map(({ id }) => id)}::bigint[])`.execute(trx);
  const about = answers.filter(({ conflict }) => conflict !== undefined);
  if (about.length === 0) return;
  await sql`
    update conflict set refused = given.refused,
      resolved_at = case when given.refused is null then now() end,
      resolved_by = case when given.refused is null then given.who end
    from unnest(${about.map(({ conflict }) => clean(conflict ?? ''))}::text[],
      ${about.map(({ who }) => clean(who))}::text[],
      ${about.map(({ refused }) => orNull(refused))}::text[]) as given (id, who, refused)
    where integration_id = ${integrationId} and conflict.id = given.id and resolved_at is null`.execute(trx);
}

/** The pair's open conflicts but these are over: its sides came to agree without a resolution. */
export async function endConflicts(
  trx: Trx,
  integrationId: string,
  pairId: string,
  standing: readonly string[],
): Promise<void> {
  await sql`update conflict set resolved_at = now(), resolved_by = ${OVERTAKEN}
    where integration_id = ${integrationId} and pair_id = ${pairId} and outcome = 'open' and resolved_at is null
      and not id = any(${standing.map(clean)}::text[])`.execute(trx);
}
