import type { AuditPosition, AuditStore, DriftFinding, Pair, PartPair } from '@lockstep/engine';
import { beginningOf } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { readActivePairs, readPartsOf } from './pairs.ts';
import { clean, json, orNull } from './text.ts';

export type AuditState = 'running' | 'stopped' | 'done';

export interface DriftAuditEntry {
  readonly id: string;
  readonly integrationId: string;
  readonly state: AuditState;
  readonly position: AuditPosition;
  readonly who: string;
  readonly createdAt: string;
  readonly endedAt: string | null;
  /** Times in a row that it could not go on, with what was told of the latest. */
  readonly failures: number;
  readonly message: string | null;
  readonly remedy: string | null;
}

const columns =
  sql.raw(`id, integration_id as "integrationId", state, position, who, created_at as "createdAt",
  ended_at as "endedAt", failures, message, remedy`);

/** Of an integration, so many audits are kept. */
const KEPT = 20;

/** The drift audits of all integrations. */
export class DriftAudits {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  /** Undefined where one of the integration is running. The oldest are let go. */
  async start(id: string, integrationId: string, who: string): Promise<DriftAuditEntry | undefined> {
    return this.db.transaction().execute(async (trx) => {
      const { rows: counted } = await sql<{ total: number }>`
        select count(*)::int as total from pair where integration_id = ${integrationId} and state = 'active'`.execute(
        trx,
      );
      const { rows } = await sql<DriftAuditEntry>`
        insert into drift_audit (id, integration_id, state, position, who)
        values (${id}, ${integrationId}, 'running', ${json(beginningOf(counted[0]?.total ?? 0))}, ${clean(who)})
        on conflict (integration_id) where state = 'running' do nothing returning ${columns}`.execute(trx);
      await sql`delete from drift_audit where integration_id = ${integrationId} and state <> 'running' and id not in (
        select id from drift_audit where integration_id = ${integrationId} order by id desc limit ${KEPT})`.execute(
        trx,
      );
      return rows[0];
    });
  }

  async get(integrationId: string, id: string): Promise<DriftAuditEntry | undefined> {
    return (
      await sql<DriftAuditEntry>`select ${columns} from drift_audit
        where integration_id = ${integrationId} and id = ${id}`.execute(this.db)
    ).rows[0];
  }

  /** Newest first, behind the audit `before`. */
  async list(query: {
    readonly integrationId: string;
    readonly before?: string | undefined;
    readonly limit: number;
  }): Promise<readonly DriftAuditEntry[]> {
    const { rows } = await sql<DriftAuditEntry>`select ${columns} from drift_audit
      where integration_id = ${query.integrationId}
      ${query.before === undefined ? sql`` : sql`and id < ${query.before}`}
      order by id desc limit ${query.limit}`.execute(this.db);
    return rows;
  }

  /** False if it has ended. */
  async end(id: string, state: 'stopped' | 'done'): Promise<boolean> {
    const { numAffectedRows } = await sql`update drift_audit set state = ${state}, ended_at = now(),
      message = null, remedy = null, failures = 0 where id = ${id} and state = 'running'`.execute(this.db);
    return numAffectedRows === 1n;
  }

  /** Takes audits that nobody works on, the longest waiting first; held for `ttl` milliseconds unless renewed. */
  async claim(holder: string, limit: number, ttl: number): Promise<readonly DriftAuditEntry[]> {
    const { rows } = await sql<DriftAuditEntry>`
      update drift_audit set holder = ${holder}, held_until = clock_timestamp() + ${ttl} * interval '1 millisecond'
      where id in (select id from drift_audit where state = 'running'
        and held_until <= clock_timestamp() and next_slice <= clock_timestamp()
        order by next_slice limit ${limit} for update skip locked)
      returning ${columns}`.execute(this.db);
    return rows;
  }

  /** `lost`: another server has it; `ended`: it was stopped. */
  async renew(id: string, holder: string, ttl: number): Promise<'held' | 'ended' | 'lost'> {
    const { rows } = await sql<{ state: AuditState }>`
      update drift_audit set held_until = clock_timestamp() + ${ttl} * interval '1 millisecond'
      where id = ${id} and holder = ${holder} returning state`.execute(this.db);
    return rows[0] === undefined ? 'lost' : rows[0].state === 'running' ? 'held' : 'ended';
  }

  /** Lets it go; the next goes on no sooner than after so many milliseconds. */
  async rest(
    id: string,
    holder: string,
    milliseconds: number,
    failure?: { readonly message: string; readonly remedy?: string | undefined },
  ): Promise<void> {
    await sql`update drift_audit set held_until = clock_timestamp(),
      next_slice = clock_timestamp() + ${milliseconds} * interval '1 millisecond',
      failures = ${failure === undefined ? sql`0` : sql`failures + 1`},
      message = ${orNull(failure?.message)}, remedy = ${orNull(failure?.remedy)}
      where id = ${id} and holder = ${holder}`.execute(this.db);
  }
}

/** Another server goes on with the audit. */
export class AuditLost extends Error {}

/** What one audit reads and keeps, while this holder has it. */
export class PgAudit implements AuditStore {
  private readonly db: Db;
  private readonly audit: { readonly id: string; readonly integrationId: string; readonly holder: string };
  constructor(db: Db, audit: PgAudit['audit']) {
    this.db = db;
    this.audit = audit;
  }

  pairs(after: string | undefined, limit: number): Promise<readonly Pair[]> {
    return readActivePairs(this.db, this.audit.integrationId, after, limit);
  }

  parts(pairIds: readonly string[]): Promise<ReadonlyMap<string, readonly PartPair[]>> {
    return readPartsOf(this.db, this.audit.integrationId, pairIds);
  }

  async advance(position: AuditPosition, findings: readonly DriftFinding[]): Promise<void> {
    const { id, holder } = this.audit;
    await this.db.transaction().execute(async (trx) => {
      const { numAffectedRows } = await sql`update drift_audit
        set position = ${json(position)}, failures = 0, message = null, remedy = null
        where id = ${id} and holder = ${holder}`.execute(trx);
      if (numAffectedRows !== 1n) throw new AuditLost(`audit ${id} is another server’s by now`);
      if (findings.length === 0) return;
      await sql`insert into drift_finding (audit_id, pair_id, result, finding)
        select ${id}, pair_id, result, finding::json from unnest(${findings.map((it) => it.pairId)}::text[],
          ${findings.map((it) => it.result)}::text[], ${findings.map(json)}::text[])
          with ordinality as given (pair_id, result, finding, place) order by place
        on conflict (audit_id, pair_id) do update set result = excluded.result, finding = excluded.finding`.execute(
        trx,
      );
    });
  }
}

export interface FindingRow {
  readonly sequence: number;
  readonly finding: DriftFinding;
  readonly repair: string | null;
  readonly repairedAt: string | null;
}

/** Newest first, behind `before`. */
export async function listFindings(
  db: Db | Trx,
  query: {
    readonly auditId: string;
    readonly result?: DriftFinding['result'] | undefined;
    readonly before?: number | undefined;
    readonly limit: number;
  },
): Promise<readonly FindingRow[]> {
  const { rows } = await sql<FindingRow>`
    select sequence, finding, repair, repaired_at as "repairedAt" from drift_finding where audit_id = ${query.auditId}
      ${query.result === undefined ? sql`` : sql`and result = ${query.result}`}
      ${query.before === undefined ? sql`` : sql`and sequence < ${query.before}`}
    order by sequence desc limit ${query.limit}`.execute(db);
  return rows;
}

/** Notes what was asked for to mend these. */
export async function noteRepairs(
  db: Trx,
  auditId: string,
  pairIds: readonly string[],
  repair: string,
): Promise<void> {
  await sql`update drift_finding set repair = ${clean(repair)}, repaired_at = now()
    where audit_id = ${auditId} and pair_id = any(${pairIds}::text[])`.execute(db);
}
