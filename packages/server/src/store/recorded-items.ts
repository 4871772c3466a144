import { sql } from 'kysely';
import type { Db } from './database.ts';
import { listSyncsById } from './syncs.ts';
import type { SyncEntry } from './syncs.ts';

/** Of one name; more items than that are called so nowhere. */
const MOST = 200;

/** The newest records of items that may be called so, in all integrations, newest first. */
export async function findRecorded(
  db: Db,
  names: { readonly ids: readonly string[]; readonly keys: readonly string[] },
): Promise<readonly (SyncEntry & { readonly integrationId: string })[]> {
  const { rows } = await sql<{ id: number; integrationId: string }>`
    select id, integration_id as "integrationId" from sync where latest and (
      lower(left_key) = any(${names.keys}::text[]) or lower(right_key) = any(${names.keys}::text[]))
    union
    select sync.id, sync.integration_id from integration, sync
    where latest and sync.integration_id = integration.id
      and (left_id = any(${names.ids}::text[]) or right_id = any(${names.ids}::text[]))
    order by id desc limit ${MOST}`.execute(db);
  const integrations = new Map(rows.map(({ id, integrationId }) => [id, integrationId]));
  const records = await listSyncsById(
    db,
    rows.map(({ id }) => id),
  );
  return records.map((record) => ({ ...record, integrationId: integrations.get(record.id) ?? '' }));
}
