import type { Migrated, MigrationRequest, MigrationTerms, Side, TakenItem } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, orNull } from './text.ts';

export interface MigrationItemEntry {
  readonly sequence: number;
  readonly side: Side;
  readonly id: string;
  readonly key: string;
  /** Null while it is in hand. */
  readonly outcome: string | null;
  readonly message: string | null;
  readonly at: string;
}

/**
 * An outcome as it stands now: what had no counterpart before and has one by now was created, whether the answer was
 * lost on the way, a server died meanwhile, or a run tried again what had failed.
 */
const PRESENT = sql`case when item.outcome in ('created', 'skipped') or item.was_paired then item.outcome
  when item.side = 'left' and exists (select 1 from pair
    where pair.integration_id = item.integration_id and pair.left_id = item.item_id) then 'created'
  when item.side = 'right' and exists (select 1 from pair
    where pair.integration_id = item.integration_id and pair.right_id = item.item_id) then 'created'
  else item.outcome end`;

export async function readTaken(
  db: Db,
  migrationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, 'in hand' | 'done'>> {
  const { rows } = await sql<{ id: string; done: boolean }>`
    select item_id as id, outcome is not null as done from migration_item
    where migration_id = ${migrationId} and item_id = any(${ids.map(clean)}::text[])`.execute(db);
  return new Map(rows.map(({ id, done }) => [id, done ? 'done' : 'in hand']));
}

export async function takeItems(
  trx: Trx,
  migration: { readonly id: string; readonly integrationId: string; readonly side: Side },
  items: readonly TakenItem[],
): Promise<void> {
  if (items.length === 0) return;
  await sql`
    insert into migration_item (migration_id, integration_id, side, item_id, key, was_paired, outcome, message)
    select ${migration.id}, ${migration.integrationId}, ${migration.side}, * from unnest(
      ${items.map((it) => clean(it.id))}::text[], ${items.map((it) => clean(it.key))}::text[],
      ${items.map((it) => it.wasPaired)}::boolean[], ${items.map((it) => it.outcome ?? null)}::text[],
      ${items.map((it) => orNull(it.message))}::text[])
    on conflict (migration_id, item_id) do nothing`.execute(trx);
}

export async function noteMigrated(trx: Trx, integrationId: string, migrated: Migrated): Promise<void> {
  await sql`
    update migration_item set outcome = ${migrated.outcome}, message = ${orNull(migrated.message)},
      at = clock_timestamp()
    where integration_id = ${integrationId} and side = ${migrated.side} and item_id = ${clean(migrated.id)}
      and outcome is null`.execute(trx);
}

/** Of these items those that migrations took up, with what the latest asked for. */
export async function readTakenUp(
  db: Db,
  integrationId: string,
  side: Side,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MigrationTerms>> {
  const { rows } = await sql<{ id: string; request: MigrationRequest }>`
    select distinct on (item.item_id) item.item_id as id, migration.request
    from migration_item as item join migration on migration.id = item.migration_id
    where item.integration_id = ${integrationId} and item.side = ${side}
      and item.item_id = any(${ids.map(clean)}::text[])
    order by item.item_id, migration.id desc`.execute(db);
  return new Map(
    rows.map(({ id, request: { from, fields } }) => [
      id,
      { from, ...(fields === undefined ? {} : { fields }) },
    ]),
  );
}

/** How many items have come to which outcome; those in hand under the empty name. */
export async function countOutcomes(db: Db, migrationId: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await sql<{ outcome: string; items: number }>`
    select coalesce(${PRESENT}, '') as outcome, count(*)::int as items from migration_item as item
    where migration_id = ${migrationId} group by 1`.execute(db);
  return Object.fromEntries(rows.map(({ outcome, items }) => [outcome, items]));
}

/** Newest first, behind the place `before`. */
export async function listMigrationItems(
  db: Db,
  query: {
    readonly migrationId: string;
    readonly outcome?: string;
    readonly before?: number;
    readonly limit: number;
  },
): Promise<readonly MigrationItemEntry[]> {
  const { rows } = await sql<MigrationItemEntry>`
    select sequence, side, item_id as id, key, ${PRESENT} as outcome, message, at
    from migration_item as item where migration_id = ${query.migrationId}
    ${query.outcome === undefined ? sql`` : sql`and ${PRESENT} = ${query.outcome}`}
    ${query.before === undefined ? sql`` : sql`and sequence < ${query.before}`}
    order by sequence desc limit ${query.limit}`.execute(db);
  return rows;
}
