import { sql } from 'kysely';
import type { Db } from '../store/database.ts';

/** How long it stays known who changed what of the configuration. */
export interface AuditRetention {
  readonly auditDays: number;
  /** The newest, of all. */
  readonly audits: number;
}

export const AUDIT_RETENTION: AuditRetention = { auditDays: 730, audits: 100_000 };

/** Entries deleted in one statement. */
const ROWS = 5_000;

/** Lets entries of the audit log go that are too old or too many, the oldest first; resolves with how many. */
export async function pruneAudit(
  db: Db,
  { auditDays, audits }: AuditRetention,
  signal: AbortSignal,
): Promise<number> {
  let gone = 0;
  while (!signal.aborted) {
    const { numAffectedRows = 0n } = await sql`
      delete from audit where id in (select id from audit
        where at < now() - ${auditDays} * interval '1 day'
          or id <= coalesce((select id from audit order by id desc offset ${audits} limit 1), 0)
        order by id limit ${ROWS})`.execute(db);
    gone += Number(numAffectedRows);
    if (numAffectedRows < BigInt(ROWS)) break;
  }
  return gone;
}

/** The same of wishes that a pause took, which their items' histories tell. */
export async function pruneDropped(db: Db, days: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`delete from dropped_wish
    where dropped_at < now() - ${days} * interval '1 day'`.execute(db);
  return Number(numAffectedRows);
}
