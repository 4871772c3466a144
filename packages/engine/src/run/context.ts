import type { Instant, Item } from '@lockstep/sdk';
import type { Both, IntegrationConfiguration, Side } from '../configuration/integration.ts';
import type { CompiledIntegration } from '../mapping/compile.ts';
import { compile } from '../mapping/compile.ts';
import { completed } from '../mapping/completed.ts';
import type { MigrationRequest } from '../migration/request.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Intent, LogLine, RunSummary, SideCounts } from '../ports/records.ts';
import type { RunPlan } from '../ports/run-plan.ts';
import type { ScriptPort } from '../ports/script.ts';
import type { Store } from '../ports/store.ts';
import { Script } from '../script/script.ts';
import type { RunTrace } from '../ports/trace.ts';
import { noCounts } from './counts.ts';
import type { Counts } from './counts.ts';
import { Directory } from './directory.ts';
import { guarded } from './guarded-store.ts';
import { Tracker } from './tracker.ts';
import type { SidePort } from './tracker.ts';

export interface Progress {
  readonly phase: 'detect' | 'apply';
  /** Changes found, or dealt with. */
  readonly done: number;
  /** 0 while changes are still being detected. */
  readonly total: number;
}

/** Everything a run touches that is not pure. */
export interface RunPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly sides: Both<SidePort>;
  /** Of the integration, where it has one. */
  readonly script?: ScriptPort | undefined;
  readonly trace?: RunTrace;
  readonly progress?: (progress: Progress) => void;
  /** Told once, when all changes are detected and none is dealt with yet. */
  readonly planned?: (plan: RunPlan) => Promise<void>;
}

/** A stretch of a pause, on our clock, whose changes an administrator chose not to sync. */
export interface LeftOut {
  readonly from: Instant;
  readonly until: Instant;
}

export interface RunOptions {
  /** The integration's id: `[A-Za-z0-9._-]`, at most 40 characters. */
  readonly id: string;
  /** The lease is lost or the process ends: stop at once, write nothing more. */
  readonly signal: AbortSignal;
  /** Stop after the items in hand. */
  readonly stop: AbortSignal;
  /** Older items are left to a migration, unless the configuration says otherwise. */
  readonly enabledAt: Instant;
  /** Let a plan through that the mass-change brake would stop. */
  readonly force?: boolean;
  /** The store came out of a backup then: what runs wrote since the backup was taken is not in it. */
  readonly restoredAt?: Instant;
  /** Stretches of pauses whose changes are not to sync; what was parked or marked for resync is synced all the same. */
  readonly leftOut?: readonly LeftOut[];
  /** Pairs worked on side by side; default 4. */
  readonly concurrency?: number;
}

/** One run's working set. */
export interface RunContext {
  readonly options: RunOptions;
  readonly compiled: CompiledIntegration;
  readonly store: Store;
  readonly clock: Clock;
  /** By our clock; no row of a feed that this run read is older. */
  readonly startedAt: number;
  readonly random: Random;
  readonly trace?: RunTrace;
  readonly trackers: Readonly<Record<Side, Tracker>>;
  readonly directory: Directory;
  readonly script: Script;
  readonly counts: Readonly<Record<Side, Counts>>;
  /** Intents that an earlier run left open and that are not yet resolved, by id. */
  readonly unanswered: Map<string, Intent>;
  /** The migration whose items are moved now. */
  readonly migration?: MigrationRequest;
}

export function contextOf(
  configuration: IntegrationConfiguration,
  ports: RunPorts,
  options: RunOptions,
): RunContext {
  const connectors = { left: ports.sides.left.connector, right: ports.sides.right.connector };
  const schemas = { left: ports.sides.left.schema, right: ports.sides.right.schema };
  const compiled = compile(configuration, schemas, connectors);
  const tracker = (side: Side): Tracker => {
    const derives = compiled.types.some((type) => type.fields.some((field) => field.derive?.from === side));
    const complete = derives ? (item: Item): Item => completed(compiled.types, side, item) : undefined;
    return new Tracker(ports.sides[side], ports.clock, options.signal, complete);
  };
  const trackers = { left: tracker('left'), right: tracker('right') };
  return {
    options,
    compiled,
    store: guarded(ports.store),
    clock: ports.clock,
    startedAt: ports.clock.now(),
    random: ports.random,
    ...(ports.trace === undefined ? {} : { trace: ports.trace }),
    trackers,
    directory: new Directory(trackers),
    script: new Script(ports.script, configuration.name, trackers, options.signal),
    counts: { left: noCounts(), right: noCounts() },
    unanswered: new Map(),
  };
}

/** What the run has done so far, told as its end. */
export function summary(
  context: RunContext,
  outcome: RunSummary['outcome'],
  message?: string,
  remedy?: string,
): RunSummary {
  const side = (of: Side): SideCounts => ({
    ...context.counts[of],
    requests: context.trackers[of].requests,
    waited: Math.round(context.trackers[of].waited),
  });
  return {
    outcome,
    left: side('left'),
    right: side('right'),
    ...(message === undefined ? {} : { message }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

export function instant(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString();
}

/** On the side's own clock: items older than this do not start to sync. */
export function startOf(context: RunContext, side: Side): Instant {
  const { startFrom } = context.compiled.configuration;
  if (startFrom !== undefined) return startFrom;
  const tracker = context.trackers[side];
  // What is stamped up to a step before may have happened since (P2).
  const { timestampStep } = tracker.connector.limits;
  return instant(tracker.itsTime(Date.parse(context.options.enabledAt)) - timestampStep);
}

export function line(
  context: RunContext,
  level: LogLine['level'],
  text: string,
  item?: LogLine['item'],
): LogLine {
  const isTrouble = level === 'warn' || level === 'error';
  const request = isTrouble ? context.trace?.latestRequest() : undefined;
  return {
    level,
    at: instant(context.clock.now()),
    text,
    ...(item === undefined ? {} : { item }),
    ...(request === undefined ? {} : { request }),
  };
}
