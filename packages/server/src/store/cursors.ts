import { type Both, type Side, SIDES, type StoredCursor } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';

export async function readCursors(db: Db, integrationId: string): Promise<Partial<Both<StoredCursor>>> {
  const { rows } = await sql<StoredCursor & { side: Side }>`
    select side, fingerprint, since from cursor where integration_id = ${integrationId}`.execute(db);
  return Object.fromEntries(rows.map(({ side, fingerprint, since }) => [side, { fingerprint, since }]));
}

export async function writeCursors(
  trx: Trx,
  integrationId: string,
  cursors: Partial<Both<StoredCursor>>,
): Promise<void> {
  const given = SIDES.flatMap((side) => (cursors[side] === undefined ? [] : [{ side, ...cursors[side] }]));
  await sql`
    insert into cursor (integration_id, side, fingerprint, since)
    select ${integrationId}, * from unnest(${given.map((it) => it.side)}::text[],
      ${given.map((it) => it.fingerprint)}::text[], ${given.map((it) => it.since)}::text[])
    on conflict (integration_id, side) do update set fingerprint = excluded.fingerprint, since = excluded.since`.execute(
    trx,
  );
}
