import type { IntegrationConfiguration, LeftOut } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { dropWishes } from './dropped-wishes.ts';
import { clean, json } from './text.ts';
import { inTransaction } from './transaction.ts';
import { leftOutUntil, NOBODY, type StatusChange, type StatusReason } from './status-change.ts';

export interface IntegrationEntry {
  readonly id: string;
  readonly configuration: IntegrationConfiguration;
  readonly enabled: boolean;
  /** When it was first enabled: older items are a migration's. Null if never. */
  readonly enabledAt: string | null;
  /** When it came out of a backup; null if it never did. */
  readonly restoredAt: string | null;
  /** When the pause began that it is in; null while enabled, and if it never was. */
  readonly pausedAt: string | null;
  /** Of earlier pauses: what changed in these stretches does not sync. */
  readonly leftOut: readonly LeftOut[];
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const columns = sql.raw(`id, configuration, enabled, enabled_at as "enabledAt", restored_at as "restoredAt",
  paused_at as "pausedAt", left_out as "leftOut", revision,
  created_at as "createdAt", updated_at as "updatedAt"`);

export class Integrations {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  /** The same, inside a transaction. */
  within(trx: Trx): Integrations {
    return new Integrations(trx);
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

  /**
   * Switches it on or off with a record of who and why; undefined if it is so already, or there is none such. Where the
   * beginning of the pause is left out, so is what was asked for before it: `dropped` wishes.
   */
  async enable(
    id: string,
    enabled: boolean,
    change: StatusReason = NOBODY,
  ): Promise<{ readonly dropped: number } | undefined> {
    return inTransaction(this.db, async (trx) => {
      const { rows } = await sql<{ pausedAt: string | null }>`
        select paused_at as "pausedAt" from integration
        where id = ${id} and enabled <> ${enabled} for update`.execute(trx);
      const [found] = rows;
      if (found === undefined) return undefined;
      const until = found.pausedAt === null ? undefined : leftOutUntil(found.pausedAt, change);
      const stretch: readonly LeftOut[] =
        enabled && until !== undefined && found.pausedAt !== null ? [{ from: found.pausedAt, until }] : [];
      await sql`
        update integration set enabled = ${enabled}, updated_at = now(),
          enabled_at = case when ${enabled} then coalesce(enabled_at, now()) else enabled_at end,
          paused_at = case when ${enabled} then null else now() end,
          left_out = left_out || ${json(stretch)}::jsonb
        where id = ${id}`.execute(trx);
      const dropped = stretch.length === 0 ? 0 : await dropWishes(trx, id, change.who);
      await sql`
        insert into status_change (integration_id, enabled, who, why, resume, dropped, left_out_from, left_out_until)
        values (${id}, ${enabled}, ${clean(change.who)}, ${clean(change.why)},
          ${enabled && found.pausedAt !== null ? (change.resume?.mode ?? 'all') : null}, ${dropped},
          ${stretch[0]?.from ?? null}, ${stretch[0]?.until ?? null})`.execute(trx);
      return { dropped };
    });
  }

  /** Who switched it on and off, newest first, behind the change `before`. */
  async statusChanges(
    id: string,
    query: { readonly before?: string; readonly limit: number },
  ): Promise<readonly StatusChange[]> {
    const { rows } = await sql<StatusChange>`
      select id::text, at, enabled, who, why, resume, dropped, left_out_from as "leftOutFrom",
        left_out_until as "leftOutUntil"
      from status_change where integration_id = ${id}
      ${query.before === undefined ? sql`` : sql`and id < ${query.before}::bigint`}
      order by status_change.id desc limit ${query.limit}`.execute(this.db);
    return rows;
  }

  /** With `lock`, inside a transaction: nobody else changes it before that ends. */
  async get(id: string, options: { readonly lock?: boolean } = {}): Promise<IntegrationEntry | undefined> {
    const { rows } = await sql<IntegrationEntry>`select ${columns} from integration where id = ${id}
      ${options.lock === true ? sql`for update` : sql``}`.execute(this.db);
    return rows[0];
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
