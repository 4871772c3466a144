import type { Both, RunOutcome, RunPlan, RunSummary, SideCounts } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { takeLease } from './leases.ts';
import type { RunProgress } from './run-progress.ts';
import { dropSpool } from './spool.ts';
import { json, orNull } from './text.ts';

export type RunTrigger = 'schedule' | 'manual' | 'webhook' | 'migration';

export interface RunEntry {
  readonly id: string;
  readonly integrationId: string;
  readonly trigger: RunTrigger;
  readonly holder: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Null while it runs; `lost`: its worker died or was cut off, and another run took over. */
  readonly outcome: RunOutcome | 'lost' | null;
  readonly message: string | null;
  readonly remedy: string | null;
  readonly counts: Both<SideCounts> | null;
  /** Of one that somebody asked for. */
  readonly who: string | null;
  /** What it found to do; null before it has looked, and of runs that never came to it. */
  readonly plan: RunPlan | null;
  /** Of one under way, as its server told when it last renewed its lease. */
  readonly progress: RunProgress | null;
}

export interface NewRun {
  /** Sortable by time; lists are in its order. */
  readonly id: string;
  readonly integrationId: string;
  readonly trigger: RunTrigger;
  /** Who asked for it. */
  readonly who?: string | undefined;
  /** The worker, as people know it. */
  readonly holder: string;
  /** Milliseconds until the lease ends unless renewed (`Leases.renew`). */
  readonly ttl: number;
}

const columns = sql.raw(`id, integration_id as "integrationId", trigger, holder, started_at as "startedAt",
  ended_at as "endedAt", outcome, message, remedy, counts, who, plan,
  case when ended_at is null then (select progress from lease where run_id = run.id) end as progress`);

/** Called inside the transaction that ends a run. */
export type RunListener = (
  trx: Trx,
  run: { readonly integrationId: string; readonly runId: string; readonly summary: RunSummary },
) => Promise<void>;

export class Runs {
  private readonly db: Db;
  private readonly ended: RunListener | undefined;
  constructor(db: Db, ended?: RunListener) {
    this.db = db;
    this.ended = ended;
  }

  /** Takes the lease and opens the run; false while another run of the integration lives. Closes those that died. */
  begin(run: NewRun): Promise<boolean> {
    return this.db.transaction().execute(async (trx) => {
      const taken = await takeLease(trx, { ...run, runId: run.id });
      if (taken === undefined) return false;
      await closeDead(trx, run.integrationId);
      await sql`insert into run (id, integration_id, trigger, holder, who)
        values (${run.id}, ${run.integrationId}, ${run.trigger}, ${run.holder}, ${orNull(run.who)})`.execute(
        trx,
      );
      return true;
    });
  }

  /** What the run found to do, told before it does it. */
  async planned(id: string, plan: RunPlan): Promise<void> {
    await sql`update run set plan = ${json(plan)} where id = ${id}`.execute(this.db);
  }

  /** Closes the run and frees the integration; false if the run had lost it, which changes nothing. */
  end(integrationId: string, id: string, summary: RunSummary): Promise<boolean> {
    return this.db.transaction().execute(async (trx) => {
      const { numAffectedRows } = await sql`
        delete from lease where integration_id = ${integrationId} and run_id = ${id}`.execute(trx);
      if (numAffectedRows !== 1n) return false;
      await sql`update run set ended_at = clock_timestamp(), outcome = ${summary.outcome},
        message = ${orNull(summary.message)}, remedy = ${orNull(summary.remedy)},
        counts = ${json({ left: summary.left, right: summary.right })} where id = ${id}`.execute(trx);
      await dropSpool(trx, [id]);
      await this.ended?.(trx, { integrationId, runId: id, summary });
      return true;
    });
  }

  /** A run that found nothing to do before it did anything: as if it had never begun. */
  async abandon(id: string): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      const { numAffectedRows } = await sql`delete from lease where run_id = ${id}`.execute(trx);
      if (numAffectedRows === 1n) await sql`delete from run where id = ${id}`.execute(trx);
    });
  }

  async get(id: string): Promise<RunEntry | undefined> {
    return (await sql<RunEntry>`select ${columns} from run where id = ${id}`.execute(this.db)).rows[0];
  }

  /** Newest first, behind the run `before`. */
  async list(query: {
    readonly integrationId?: string;
    readonly before?: string;
    /** Leaves out the slices of migrations, which come between the runs. */
    readonly runsOnly?: boolean;
    readonly limit: number;
  }): Promise<readonly RunEntry[]> {
    const { rows } = await sql<RunEntry>`select ${columns} from run where true
      ${query.integrationId === undefined ? sql`` : sql`and integration_id = ${query.integrationId}`}
      ${query.before === undefined ? sql`` : sql`and id < ${query.before}`}
      ${query.runsOnly === true ? sql`and trigger <> 'migration'` : sql``}
      order by id desc limit ${query.limit}`.execute(this.db);
    return rows;
  }
}

async function closeDead(trx: Trx, integrationId: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update run set ended_at = clock_timestamp(), outcome = 'lost',
      message = 'the worker of this run died or lost its connection; a later run took over and goes on'
    where integration_id = ${integrationId} and ended_at is null returning id`.execute(trx);
  if (rows.length > 0)
    await dropSpool(
      trx,
      rows.map((row) => row.id),
    );
}
