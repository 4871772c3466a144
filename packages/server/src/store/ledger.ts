import type { LedgerEntry, Side } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, orNull } from './text.ts';

interface Row {
  readonly item_id: string;
  readonly version: string;
  readonly firm: boolean;
  readonly skipped: string | null;
}

export async function readLedger(
  db: Db,
  integrationId: string,
  side: Side,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LedgerEntry>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Row>`
    select item_id, version, firm, skipped from ledger
    where integration_id = ${integrationId} and side = ${side} and item_id = any(${ids.map(clean)}::text[])`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.item_id, entryOf(side, row)]));
}

/** The last of several entries for one item stays. */
export async function writeLedger(
  trx: Trx,
  integrationId: string,
  entries: readonly LedgerEntry[],
): Promise<void> {
  const last = [...new Map(entries.map((entry) => [`${entry.side}:${entry.id}`, entry])).values()];
  if (last.length === 0) return;
  await sql`
    insert into ledger (integration_id, side, item_id, version, firm, skipped)
    select ${integrationId}, * from unnest(
      ${last.map((it) => it.side)}::text[], ${last.map((it) => clean(it.id))}::text[],
      ${last.map((it) => clean(it.version))}::text[], ${last.map((it) => it.firm)}::boolean[],
      ${last.map((it) => orNull(it.skipped))}::text[])
    on conflict (integration_id, side, item_id) do update
      set version = excluded.version, firm = excluded.firm, skipped = excluded.skipped`.execute(trx);
}

function entryOf(side: Side, row: Row): LedgerEntry {
  const { item_id: id, version, firm, skipped } = row;
  return { side, id, version, firm, ...(skipped === null ? {} : { skipped }) };
}
