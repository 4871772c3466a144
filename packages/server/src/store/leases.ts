import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';

/** Who may run an integration now. Times are the database's. */
export class Leases {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  /** Prolongs the run's lease; false if another run took over (then stop at once). `ttl` in milliseconds. */
  async renew(integrationId: string, runId: string, ttl: number): Promise<boolean> {
    const { numAffectedRows } = await sql`
      update lease set expires_at = clock_timestamp() + ${ttl} * interval '1 millisecond'
      where integration_id = ${integrationId} and run_id = ${runId}`.execute(this.db);
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
      set run_id = excluded.run_id, holder = excluded.holder, expires_at = excluded.expires_at
      where lease.expires_at <= clock_timestamp() or lease.run_id = excluded.run_id
    returning 1`.execute(trx);
  return rows.length === 0 ? undefined : { ousted: before.rows[0]?.run_id };
}
