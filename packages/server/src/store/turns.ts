import { sql } from 'kysely';
import type { Db } from './database.ts';

/** `parallel`: integrations run side by side. `sequential`: each finishes before the next begins, over all servers. */
export type ScheduleMode = 'parallel' | 'sequential';

/** Any number, the same in every Lockstep: whoever waits for a turn is looked at alone. */
const LOCK = 5_625_302;
/** Milliseconds; who has not asked for so long waits no more. */
const PATIENCE = 10_000;

/** Who may run next where one integration runs at a time: whoever has waited longest. */
export class Turns {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  async mode(): Promise<ScheduleMode> {
    const { rows } = await sql<{ value: ScheduleMode }>`
      select value from setting where name = 'schedule'`.execute(this.db);
    return rows[0]?.value ?? 'parallel';
  }

  /** For all servers of this database, from the next run on. */
  async choose(mode: ScheduleMode): Promise<void> {
    await sql`insert into setting (name, value) values ('schedule', ${JSON.stringify(mode)})
      on conflict (name) do update set value = excluded.value, at = now()`.execute(this.db);
  }

  /** Whether the run may begin; else it has a place in the row, kept as long as it asks again within seconds. */
  async isNext(integrationId: string, runId: string): Promise<boolean> {
    if ((await this.mode()) === 'parallel') return true;
    return this.db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx);
      const { rows } = await sql<{ sequence: number }>`
        insert into turn (integration_id, run_id) values (${integrationId}, ${runId})
        on conflict (integration_id) do update set run_id = excluded.run_id, seen_at = clock_timestamp()
        returning sequence`.execute(trx);
      const { rows: before } = await sql`
        select 1 from turn where sequence < ${rows[0]?.sequence ?? 0}
          and seen_at > clock_timestamp() - ${PATIENCE} * interval '1 millisecond'
        union all
        select 1 from lease join run on run.id = lease.run_id
          where lease.integration_id <> ${integrationId} and lease.expires_at > clock_timestamp()
            and run.trigger <> 'migration'
        limit 1`.execute(trx);
      return before.length === 0;
    });
  }

  /** It has begun, or waits no more. */
  async leave(integrationId: string, runId: string): Promise<void> {
    await sql`delete from turn where integration_id = ${integrationId} and run_id = ${runId}`.execute(
      this.db,
    );
  }
}
