import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import type { RunProgress } from './run-progress.ts';
import { json } from './text.ts';

/** Who may run an integration now. Times are the database's. */
export class Leases {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  /**
   * Prolongs the run's lease; undefined if another run took over (then stop at once). `stop`: somebody asked it to end
   * after the items in hand, or the integration was disabled. `ttl` in milliseconds. `progress`: how far the run is, for
   * whoever asks on another server.
   */
  async renew(
    integrationId: string,
    runId: string,
    ttl: number,
    progress?: RunProgress,
  ): Promise<{ readonly stop: boolean } | undefined> {
    const { rows } = await sql<{ stop: boolean }>`
      update lease set expires_at = clock_timestamp() + ${ttl} * interval '1 millisecond',
        progress = ${progress === undefined ? null : json(progress)}
      from integration
      where lease.integration_id = ${integrationId} and lease.run_id = ${runId}
        and integration.id = lease.integration_id
      returning lease.stop or not integration.enabled as stop`.execute(this.db);
    return rows[0];
  }

  /** Asks the run at work, on whichever worker, to end after the items in hand; false if none is at work. */
  async askToStop(integrationId: string): Promise<boolean> {
    const { numAffectedRows } = await sql`update lease set stop = true
      where integration_id = ${integrationId} and expires_at > clock_timestamp()`.execute(this.db);
    return numAffectedRows === 1n;
  }

  /** Asks the slice of a migration at work, if one is, to end after the items in hand: a run waits for the integration. */
  async askMigrationToYield(integrationId: string): Promise<boolean> {
    const { numAffectedRows } = await sql`update lease set stop = true from run
      where lease.integration_id = ${integrationId} and expires_at > clock_timestamp()
        and run.id = lease.run_id and run.trigger = 'migration'`.execute(this.db);
    return numAffectedRows === 1n;
  }

  /** Ends the lease at once, whoever holds it: its run can write nothing from here on. */
  async revoke(integrationId: string): Promise<void> {
    await sql`delete from lease where integration_id = ${integrationId}`.execute(this.db);
  }
}

/** Takes a free or expired lease; undefined if a living run holds it, else the run that lost it, if any. */
export async function takeLease(
  trx: Trx,
  lease: {
    readonly integrationId: string;
    readonly runId: string;
    readonly holder: string;
    readonly ttl: number;
  },
): Promise<{ readonly ousted: string | undefined } | undefined> {
  const before = await sql<{ run_id: string }>`
    select run_id from lease where integration_id = ${lease.integrationId} for update`.execute(trx);
  const { rows } = await sql`
    insert into lease (integration_id, run_id, holder, expires_at)
    values (${lease.integrationId}, ${lease.runId}, ${lease.holder},
      clock_timestamp() + ${lease.ttl} * interval '1 millisecond')
    on conflict (integration_id) do update
      set run_id = excluded.run_id, holder = excluded.holder, expires_at = excluded.expires_at,
        stop = false, progress = null
      where lease.expires_at <= clock_timestamp() or lease.run_id = excluded.run_id
    returning 1`.execute(trx);
  return rows.length === 0 ? undefined : { ousted: before.rows[0]?.run_id };
}
