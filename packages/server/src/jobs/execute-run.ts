import { setTimeout as delay } from 'node:timers/promises';
import type { RunSummary } from '@lockstep/engine';
import { LeaseLost, runIntegration } from '@lockstep/engine';
import { withFilterIds } from '../integrations/filters.ts';
import { intervalOf, type Profile } from '../integrations/profile.ts';
import type { Sides } from '../integrations/sides.ts';
import type { Scripts } from '../scripts/scripts.ts';
import type { Log } from '../postgres/log.ts';
import type { Db } from '../store/database.ts';
import type { IntegrationEntry, Integrations } from '../store/integrations.ts';
import type { Leases } from '../store/leases.ts';
import { PgStore } from '../store/pg-store.ts';
import type { Runs } from '../store/runs.ts';
import type { Turns } from '../store/turns.ts';
import { systemClock, systemRandom } from './clock.ts';
import { failure } from './failure.ts';
import { holdLease, LEASE } from './hold-lease.ts';
import type { LiveHandle, LiveRuns } from './live-runs.ts';
import type { RunJob } from './queue.ts';
import { duringRun, trace } from './trace.ts';

export interface RunParts {
  readonly db: Db;
  readonly log: Log;
  readonly integrations: Integrations;
  readonly runs: Runs;
  readonly leases: Leases;
  readonly live: LiveRuns;
  readonly sides: Sides;
  readonly turns: Turns;
  readonly profile: Profile;
  readonly scripts: Scripts;
  /** The worker, as people know it. */
  readonly holder: string;
  /** Books the next run, no sooner than this. */
  readonly bookNext: (integrationId: string, at: Date) => Promise<void>;
  /** Books nothing more: whatever waits for this integration waits no more. */
  readonly forget: (integrationId: string) => Promise<void>;
  /** A run ended, after so many seconds. */
  readonly ended: (integration: string, summary: RunSummary, seconds: number) => void;
  /** The process ends without patience. */
  readonly ending: AbortSignal;
}

/** One job: the next run is booked first, so that whatever happens to this one the integration goes on. */
export async function executeRun(parts: RunParts, job: RunJob): Promise<void> {
  const { integrationId } = job.request;
  const entry = await parts.integrations.get(integrationId);
  if (entry === undefined || !entry.enabled) return;
  const startedAt = Date.now();
  const due = await dueAt(parts, job, entry);
  if (due > startedAt + SLACK) return parts.bookNext(integrationId, new Date(due));
  await parts.bookNext(
    integrationId,
    new Date(startedAt + intervalOf(entry.configuration, parts.profile) * 1000),
  );
  // Disabled between the two looks: nothing stays queued.
  const current = await parts.integrations.get(integrationId);
  if (current === undefined || !current.enabled) return parts.forget(integrationId);
  const runId = await runIdOf(parts, job);
  const signal = AbortSignal.any([job.signal, parts.ending]);
  const live = parts.live.begin(integrationId, runId);
  try {
    if (!(await awaitTurn(parts, integrationId, runId, AbortSignal.any([signal, live.stop])))) return;
    const begun = await begin(parts, job, runId, signal);
    await parts.turns.leave(integrationId, runId);
    if (!begun) return;
    const lease = holdLease({
      leases: parts.leases,
      integrationId,
      runId,
      log: parts.log,
      stop: () => void parts.live.stop(integrationId),
      progress: () => live.soFar(),
    });
    try {
      const cut = AbortSignal.any([signal, lease.lost]);
      await duringRun(runId, () => run(parts, entry, job, runId, cut, live));
    } finally {
      lease.end();
    }
  } finally {
    live.end();
  }
}

/** Milliseconds between the start of a job and the record of its run, at most. */
const SLACK = 1_000;

/** A job that the queue hands out again, since it never heard of its end, must not break the interval. */
async function dueAt(parts: RunParts, job: RunJob, entry: IntegrationEntry): Promise<number> {
  const [last] = await parts.runs.list({ integrationId: entry.id, runsOnly: true, limit: 1 });
  const unfinished = last === undefined || last.endedAt === null || last.outcome === 'lost';
  if (unfinished || job.request.runId !== undefined) return 0;
  return Date.parse(last.startedAt) + intervalOf(entry.configuration, parts.profile) * 1000;
}

/** As asked for, unless a worker that died has used that id already. */
async function runIdOf(parts: RunParts, job: RunJob): Promise<string> {
  const asked = job.request.runId;
  const taken = asked === undefined || (await parts.runs.get(asked)) !== undefined;
  return taken ? systemRandom.id() : asked;
}

/** Milliseconds between looks whether it is this run's turn. */
const LOOK = 500;

/** Where one integration runs at a time: waits until it is this one's turn; false if it was told to end before. */
async function awaitTurn(
  { turns, integrations }: RunParts,
  integrationId: string,
  runId: string,
  end: AbortSignal,
): Promise<boolean> {
  while (!(await turns.isNext(integrationId, runId))) {
    // Disabled on another server, say.
    const isOver = end.aborted || (await integrations.get(integrationId))?.enabled !== true;
    if (isOver) {
      await turns.leave(integrationId, runId);
      return false;
    }
    await delay(LOOK);
  }
  return true;
}

/** Takes the integration; a lease that a dead worker left is waited out. */
async function begin(parts: RunParts, job: RunJob, runId: string, signal: AbortSignal): Promise<boolean> {
  const { integrationId, who } = job.request;
  const trigger = job.request.runId === undefined ? 'schedule' : 'manual';
  let patience = Date.now() + LEASE * 1.5;
  const { holder } = parts;
  while (!(await parts.runs.begin({ id: runId, integrationId, trigger, who, holder, ttl: LEASE }))) {
    // A migration makes room after its items in hand, however long they take.
    if (await parts.leases.askMigrationToYield(integrationId)) patience = Date.now() + LEASE * 1.5;
    if (Date.now() > patience || signal.aborted) {
      parts.log.info({ integrationId }, 'another run of this integration is at work; this one is left out');
      return false;
    }
    await delay(500);
  }
  return true;
}

async function run(
  parts: RunParts,
  entry: IntegrationEntry,
  job: RunJob,
  runId: string,
  signal: AbortSignal,
  live: LiveHandle,
): Promise<void> {
  const { id, configuration } = entry;
  const store = new PgStore({ db: parts.db, integrationId: id, runId });
  const began = performance.now();
  let summary: RunSummary;
  try {
    const sides = await parts.sides.open(configuration, signal);
    await using script = await parts.scripts.open(configuration);
    const schemas = { left: sides.left.schema, right: sides.right.schema };
    summary = await runIntegration(
      withFilterIds(configuration, schemas),
      {
        clock: systemClock,
        random: systemRandom,
        store,
        sides,
        script,
        trace,
        progress: (progress) => live.progress(progress),
        planned: (plan) => parts.runs.planned(runId, plan),
      },
      {
        id,
        signal,
        stop: live.stop,
        enabledAt: entry.enabledAt ?? new Date().toISOString(),
        leftOut: entry.leftOut,
        ...(entry.restoredAt === null ? {} : { restoredAt: entry.restoredAt }),
        ...(job.request.force === true ? { force: true } : {}),
      },
    );
  } catch (error) {
    if (signal.aborted || error instanceof LeaseLost) {
      parts.log.warn({ integrationId: id, runId }, 'a run was cut off; the next one goes on from here');
      return;
    }
    parts.log.error({ integrationId: id, runId, err: error }, 'a run failed');
    summary = failure(error);
  }
  if (summary.outcome === 'failed' && summary.message !== undefined) {
    await store
      .log([{ level: 'error', at: new Date().toISOString(), text: summary.message }])
      .catch(() => undefined);
  }
  await parts.runs.end(id, runId, summary);
  parts.ended(configuration.name, summary, (performance.now() - began) / 1_000);
  parts.log.info({ integration: configuration.name, runId, outcome: summary.outcome }, 'run ended');
}
