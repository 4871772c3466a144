import type { IntegrationConfiguration } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { json } from './text.ts';

export interface IntegrationEntry {
  readonly id: string;
  readonly configuration: IntegrationConfiguration;
  readonly enabled: boolean;
  /** When it was first enabled: older items are a migration's. Null if never. */
  readonly enabledAt: string | null;
  /** When it came out of a backup; null if it never did. */
  readonly restoredAt: string | null;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const columns =
  sql.raw(`id, configuration, enabled, enabled_at as "enabledAt", restored_at as "restoredAt", revision,
  created_at as "createdAt", updated_at as "updatedAt"`);

export class Integrations {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  /**
   * Makes or changes one. With `revision` only if nobody changed it since: undefined then. Both connections must
   * exist. A taken name violates the unique key `integration_name_key`.
   */
  async save(
    id: string,
    configuration: IntegrationConfiguration,
    revision?: number,
  ): Promise<IntegrationEntry | undefined> {
    const { rows } = await sql<IntegrationEntry>`
      insert into integration (id, name, left_connection, right_connection, configuration)
      values (${id}, ${configuration.name}, ${configuration.left.connection}, ${configuration.right.connection},
        ${json(configuration)})
      on conflict (id) do update set name = excluded.name, left_connection = excluded.left_connection,
        right_connection = excluded.right_connection, configuration = excluded.configuration,
        revision = integration.revision + 1, updated_at = now()
        where ${revision ?? null}::integer is null or integration.revision = ${revision ?? null}
      returning ${columns}`.execute(this.db);
    return rows[0];
  }

  /** False if there is no such integration. */
  async enable(id: string, enabled: boolean): Promise<boolean> {
    const { numAffectedRows } = await sql`
      update integration set enabled = ${enabled}, updated_at = now(),
        enabled_at = case when ${enabled} then coalesce(enabled_at, now()) else enabled_at end
      where id = ${id}`.execute(this.db);
    return numAffectedRows === 1n;
  }

  async get(id: string): Promise<IntegrationEntry | undefined> {
    return (await sql<IntegrationEntry>`select ${columns} from integration where id = ${id}`.execute(this.db))
      .rows[0];
  }

  /** By name, behind the name `after`. */
  async list(query: {
    readonly enabled?: boolean;
    readonly connectionId?: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly IntegrationEntry[]> {
    const { connectionId } = query;
    const { rows } = await sql<IntegrationEntry>`select ${columns} from integration
      where name > ${query.after ?? ''}
      ${query.enabled === undefined ? sql`` : sql`and enabled = ${query.enabled}`}
      ${connectionId === undefined ? sql`` : sql`and ${connectionId} in (left_connection, right_connection)`}
      order by name limit ${query.limit}`.execute(this.db);
    return rows;
  }

  /** With all that is known of its pairs and runs. The trackers' items stay. */
  async remove(id: string): Promise<boolean> {
    const { numAffectedRows } = await sql`delete from integration where id = ${id}`.execute(this.db);
    return numAffectedRows === 1n;
  }
}
