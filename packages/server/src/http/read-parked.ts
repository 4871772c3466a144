import type { Parked } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db } from '../store/database.ts';
import { parkedOf } from '../store/parked.ts';
import type { ParkedRow } from '../store/parked.ts';

/** By side and id, behind the place `after` (`left:12`). */
export async function readParkedPage(
  db: Db,
  integrationId: string,
  after: string | undefined,
  limit: number,
): Promise<readonly Parked[]> {
  const { rows } = await sql<ParkedRow>`
    select side, item_id, key, kind, reason, remedy, field, attempts, next_try from parked
    where integration_id = ${integrationId} and side || ':' || item_id > ${after ?? ''}
    order by side || ':' || item_id limit ${limit}`.execute(db);
  return rows.map(parkedOf);
}
