import { LeaseLost } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';

/** Lets a run write only while it owns its integration. */
export class Fence {
  private readonly db: Db;
  readonly integrationId: string;
  readonly runId: string;

  constructor(db: Db, integrationId: string, runId: string) {
    this.db = db;
    this.integrationId = integrationId;
    this.runId = runId;
  }

  /**
   * One transaction. The lease is locked against a takeover until the commit, so no write of ours can come after one;
   * the lock is shared, so a run's own writes do not wait for each other.
   */
  write<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
    return this.db.transaction().execute(async (trx) => {
      const { rows } = await sql`select 1 from lease
        where integration_id = ${this.integrationId} and run_id = ${this.runId} for share`.execute(trx);
      if (rows.length === 0) throw new LeaseLost(this.runId);
      return work(trx);
    });
  }
}
