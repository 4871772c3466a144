import { sql } from 'kysely';
import type { Db } from '../store/database.ts';

/** Of each list; the newest. */
const MOST = 200;

/** The integration's latest runs and who switched it on and off: what led to what is looked at. */
export async function historyOf(db: Db, integrationId: string): Promise<unknown> {
  const { rows: runs } =
    await sql`select id, trigger, who, started_at, ended_at, outcome, message, remedy, plan, counts
    from run where integration_id = ${integrationId} order by id desc limit ${MOST}`.execute(db);
  const { rows: status } =
    await sql`select at, enabled, who, why, resume, dropped, left_out_from, left_out_until
    from status_change where integration_id = ${integrationId} order by id desc limit ${MOST}`.execute(db);
  return { runs, status };
}
