import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Milliseconds by the database's clock. */
const now = sql.raw('extract(epoch from clock_timestamp()) * 1000');

/**
 * GCRA in one statement: reserves `count` permits behind all that are reserved, and gives for each the milliseconds
 * to wait before using it. Nobody polls and nobody is overtaken.
 */
export async function takePermits(
  db: Db,
  connectionId: string,
  ask: { readonly count: number; readonly rate: number; readonly burst: number },
): Promise<readonly number[]> {
  const step = 1000 / ask.rate;
  const { rows } = await sql<{ tat: number; now: number }>`
    insert into budget as b (connection_id, tat) values (${connectionId}, ${now} + ${ask.count * step}::float8)
    on conflict (connection_id) do update
      set tat = greatest(b.tat, ${now}) + ${ask.count * step}::float8
    returning tat, ${now} as now`.execute(db);
  const { tat, now: at } = rows[0] ?? { tat: 0, now: 0 };
  const first = Number(tat) - (ask.count - 1) * step - ask.burst * step;
  return Array.from({ length: ask.count }, (_, index) => Math.max(0, first + index * step - Number(at)));
}

/** Nothing before `wait` milliseconds from now, then one at a time: no burst into a tracker that just complained. */
export async function penalise(
  db: Db,
  connectionId: string,
  penalty: { readonly wait: number; readonly rate: number; readonly burst: number },
): Promise<void> {
  const calm = ((penalty.burst - 1) * 1000) / penalty.rate;
  await sql`
    insert into budget as b (connection_id, tat, penalised_until)
    values (${connectionId}, ${now} + ${penalty.wait + calm}::float8, ${now} + ${penalty.wait}::float8)
    on conflict (connection_id) do update set tat = greatest(b.tat, excluded.tat),
      penalised_until = greatest(b.penalised_until, excluded.penalised_until)`.execute(db);
}

/** The slots are rows that exist beforehand, so that taking one is a locked update and never a count. */
export async function addSlots(db: Db, connectionId: string, concurrency: number): Promise<void> {
  await sql`insert into budget_slot (connection_id, number)
    select ${connectionId}, generate_series(1, ${concurrency}::integer) on conflict do nothing`.execute(db);
}

/** As many free slots as there are, up to `count`; none while a penalty lasts, which is then told in milliseconds. */
export async function takeSlots(
  db: Db,
  connectionId: string,
  ask: {
    readonly holder: string;
    readonly count: number;
    readonly concurrency: number;
    readonly ttl: number;
  },
): Promise<{ readonly numbers: readonly number[]; readonly penalty: number }> {
  const { rows } = await sql<{ penalty: number; numbers: readonly number[] }>`
    with penalty as materialized (
      select greatest(0, coalesce(
        (select penalised_until from budget where connection_id = ${connectionId}), 0) - ${now})::float8 as wait),
    free as (
      select number from budget_slot
      where connection_id = ${connectionId} and number <= ${ask.concurrency} and expires_at <= ${now}
        and (select wait from penalty) = 0
      order by number limit ${ask.count} for update skip locked),
    taken as (
      update budget_slot set holder = ${ask.holder}, expires_at = ${now} + ${ask.ttl}::float8
      from free where budget_slot.connection_id = ${connectionId} and budget_slot.number = free.number
      returning budget_slot.number)
    select (select wait from penalty) as penalty,
      coalesce((select array_agg(number) from taken), '{}')::int4[] as numbers`.execute(db);
  return rows[0] ?? { numbers: [], penalty: 0 };
}

/** The holder is compared, so that a slot whose lease ended and which another took is left alone. */
export async function freeSlots(
  db: Db,
  connectionId: string,
  holder: string,
  numbers: readonly number[],
): Promise<void> {
  if (numbers.length === 0) return;
  await sql`update budget_slot set holder = null, expires_at = 0
    where connection_id = ${connectionId} and holder = ${holder} and number = any(${numbers}::int4[])`.execute(
    db,
  );
}

export async function renewSlots(db: Db, connectionId: string, holder: string, ttl: number): Promise<void> {
  await sql`update budget_slot set expires_at = ${now} + ${ttl}::float8
    where connection_id = ${connectionId} and holder = ${holder} and expires_at > 0`.execute(db);
}
