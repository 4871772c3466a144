import { sql } from 'kysely';
import type { Db } from './database.ts';
import { listSyncsById } from './syncs.ts';
import type { SyncEntry } from './syncs.ts';

/** Of one name; more items than that are called so nowhere. */
const MOST = 200;
/** Of many names of one integration. */
const MOST_OF_MANY = 20_000;

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

/** Who the newest record of an item is about. */
export interface RecordedNames {
  readonly left: RecordedName | null;
  readonly right: RecordedName | null;
}
interface RecordedName {
  readonly id: string;
  readonly key: string;
  readonly url: string;
}

/** Of one integration, the newest records of items that may be called by any of these names, newest first; one statement. */
export async function findRecordedNames(
  db: Db,
  integrationId: string,
  names: { readonly ids: readonly string[]; readonly keys: readonly string[] },
): Promise<readonly RecordedNames[]> {
  const { rows } = await sql<RecordedNames>`
    select case when left_id is not null then json_build_object('id', left_id, 'key', left_key, 'url', left_url) end as left,
      case when right_id is not null then json_build_object('id', right_id, 'key', right_key, 'url', right_url) end as right
    from sync where latest and integration_id = ${integrationId} and (
      left_id = any(${names.ids}::text[]) or right_id = any(${names.ids}::text[])
      or lower(left_key) = any(${names.keys}::text[]) or lower(right_key) = any(${names.keys}::text[]))
    order by id desc limit ${MOST_OF_MANY}`.execute(db);
  return rows;
}
