import type { RunSummary } from '@lockstep/engine';
import { LeaseLost, migrateSlice } from '@lockstep/engine';
import { withFilterIds } from '../integrations/filters.ts';
import type { Sides } from '../integrations/sides.ts';
import type { Scripts } from '../scripts/scripts.ts';
import type { Log } from '../postgres/log.ts';
import type { Db } from '../store/database.ts';
import type { IntegrationEntry, Integrations } from '../store/integrations.ts';
import type { Leases } from '../store/leases.ts';
import type { MigrationEntry, MigrationRecords } from '../store/migration-records.ts';
import { PgMigration } from '../store/pg-migration.ts';
import { PgStore } from '../store/pg-store.ts';
import type { Runs } from '../store/runs.ts';
import { systemClock, systemRandom } from '../jobs/clock.ts';
import { failure } from '../jobs/failure.ts';
import { holdLease, LEASE } from '../jobs/hold-lease.ts';
import { duringRun, trace } from '../jobs/trace.ts';

export interface SliceParts {
  readonly db: Db;
  readonly log: Log;
  readonly integrations: Integrations;
  readonly runs: Runs;
  readonly leases: Leases;
  readonly migrations: MigrationRecords;
  readonly sides: Sides;
  readonly scripts: Scripts;
  readonly holder: string;
  readonly ended: (integration: string, summary: RunSummary, seconds: number) => void;
}

/** What ended it, as far as the next one has to know. */
export type SliceEnd = 'through its time' | 'asked for room' | 'failed' | 'busy' | 'cut off';

/**
 * One slice under the integration's lease, recorded as a run: from here on no run of the integration is at work, and
 * one that wants to begin asks it to make room. `over`: the slice has had its share of time.
 */
export async function executeSlice(
  parts: SliceParts,
  due: MigrationEntry,
  signals: { readonly cut: AbortSignal; readonly over: AbortSignal; readonly room: AbortController },
): Promise<SliceEnd> {
  const { integrationId } = due;
  const runId = systemRandom.id();
  const { holder } = parts;
  if (!(await parts.runs.begin({ id: runId, integrationId, trigger: 'migration', holder, ttl: LEASE })))
    return 'busy';
  const lease = holdLease({
    leases: parts.leases,
    integrationId,
    runId,
    log: parts.log,
    stop: () => signals.room.abort(),
  });
  try {
    const cut = AbortSignal.any([signals.cut, lease.lost]);
    return await slice(parts, due.id, runId, { cut, over: signals.over, room: signals.room.signal });
  } finally {
    lease.end();
  }
}

async function slice(
  parts: SliceParts,
  migrationId: string,
  runId: string,
  signals: { readonly cut: AbortSignal; readonly over: AbortSignal; readonly room: AbortSignal },
): Promise<SliceEnd> {
  // As it stands under the lease: it may have been paused, or gone on elsewhere, since it was found due.
  const migration = await parts.migrations.get(migrationId);
  const entry = migration === undefined ? undefined : await parts.integrations.get(migration.integrationId);
  const began = performance.now();
  if (migration?.state !== 'running' || entry === undefined || !entry.enabled) {
    await parts.runs.abandon(runId);
    return 'busy';
  }
  const { id, configuration } = entry;
  let summary: RunSummary;
  try {
    summary = await duringRun(runId, () => move(parts, migration, entry, runId, signals));
  } catch (error) {
    if (signals.cut.aborted || error instanceof LeaseLost) {
      parts.log.warn(
        { integrationId: id, runId },
        'a migration was cut off; its next slice goes on from here',
      );
      return 'cut off';
    }
    parts.log.error({ integrationId: id, runId, err: error }, 'a slice of a migration failed');
    summary = failure(error);
  }
  await parts.runs.end(id, runId, summary);
  parts.ended(configuration.name, summary, (performance.now() - began) / 1_000);
  if (summary.outcome === 'failed') {
    await parts.migrations.rest(migrationId, backOff(migration.failures), {
      message: summary.message ?? 'a slice failed',
      remedy: summary.remedy,
    });
    return 'failed';
  }
  const hasRoom = signals.room.aborted;
  await parts.migrations.rest(migrationId, hasRoom ? ROOM : 0);
  return hasRoom ? 'asked for room' : 'through its time';
}

async function move(
  parts: SliceParts,
  migration: MigrationEntry,
  { id, configuration, enabledAt, restoredAt }: IntegrationEntry,
  runId: string,
  signals: { readonly cut: AbortSignal; readonly over: AbortSignal; readonly room: AbortSignal },
): Promise<RunSummary> {
  const { request, position } = migration;
  const sides = await parts.sides.open(configuration, signals.cut);
  await using script = await parts.scripts.open(configuration);
  const schemas = { left: sides.left.schema, right: sides.right.schema };
  const { summary } = await migrateSlice(
    withFilterIds(configuration, schemas),
    {
      clock: systemClock,
      random: systemRandom,
      store: new PgStore({ db: parts.db, integrationId: id, runId }),
      migration: new PgMigration({
        db: parts.db,
        integrationId: id,
        runId,
        migrationId: migration.id,
        side: request.from,
      }),
      sides,
      script,
      trace,
    },
    {
      id,
      request,
      position,
      signal: signals.cut,
      stop: NEVER,
      over: AbortSignal.any([signals.over, signals.room]),
      enabledAt: enabledAt ?? new Date().toISOString(),
      ...(restoredAt === null ? {} : { restoredAt }),
    },
  );
  return summary;
}

const NEVER = new AbortController().signal;

/** Milliseconds that a run which asked for room has to take the integration. */
const ROOM = 2_000;
const FIRST_REST = 15_000;
const LONGEST_REST = 10 * 60_000;

function backOff(failures: number): number {
  return Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.min(failures, 10));
}
