import { connectMemory, MemoryTracker } from '@lockstep/connectors';
import type { Hooks, Quirks } from '@lockstep/connectors';
import { auditPairs, beginningOf } from '../audit/audit.ts';
import type { AuditOptions, AuditPosition } from '../audit/audit.ts';
import type { Both, IntegrationConfiguration, Side, TypeMapping } from '../configuration/integration.ts';
import { migrateSlice } from '../migration/migrate.ts';
import type { MigratedSlice, MigrationOptions } from '../migration/migrate.ts';
import { planMigration } from '../migration/plan-migration.ts';
import type { MigrationPlan } from '../migration/plan-migration.ts';
import { BEGINNING } from '../migration/position.ts';
import type { MigrationRequest } from '../migration/request.ts';
import type { RunSummary } from '../ports/records.ts';
import type { ScriptPort } from '../ports/script.ts';
import type { RunOptions, RunPorts } from '../run/context.ts';
import { planIntegration, runIntegration } from '../run/run.ts';
import type { SidePort } from '../run/tracker.ts';
import { memoryAudit } from './audit.ts';
import type { AuditKept } from './audit.ts';
import type { StoreHooks } from './store.ts';
import { memoryMigration, memoryStore, StoredState } from './store.ts';

export const START = Date.parse('2026-01-01T00:00:00.000Z');

export const TASKS: TypeMapping = {
  left: 'task',
  right: 'task',
  fields: ['title', 'description', 'status', 'priority', 'severity', 'assignee', 'due', 'labels'].map(
    (id) => ({ left: id, right: id }),
  ),
  comments: { direction: 'both', internal: 'private' },
  attachments: { direction: 'both' },
};

export interface WorldOptions {
  readonly quirks?: Partial<Both<Quirks>>;
  /** Milliseconds by which a tracker's clock is ahead of ours. */
  readonly skew?: Partial<Both<number>>;
  readonly hooks?: Partial<Both<Hooks>>;
  readonly storeHooks?: StoreHooks;
  readonly type?: Partial<TypeMapping>;
  readonly configuration?: Partial<IntegrationConfiguration>;
  readonly script?: ScriptPort;
}

/** Two memory trackers, a store and a clock that moves only when told: a whole system in one process. */
export class World {
  time = START;
  readonly state = new StoredState();
  readonly left: MemoryTracker;
  readonly right: MemoryTracker;
  readonly configuration: IntegrationConfiguration;
  private readonly options: WorldOptions;
  private readonly connectors: Both<ReturnType<typeof connectMemory>>;
  private ids = 0;
  private runs = 0;

  constructor(options: WorldOptions = {}) {
    this.options = options;
    const tracker = (side: Side): MemoryTracker =>
      new MemoryTracker(
        side,
        () => this.time + this.skew(side),
        options.quirks?.[side],
        options.hooks?.[side],
      );
    this.left = tracker('left');
    this.right = tracker('right');
    for (const tracker of [this.left, this.right]) {
      for (const name of ['alice', 'bob']) {
        const id = tracker === this.left ? name : `u-${name}`;
        tracker.addUser({ id, login: name, name, email: `${name}@example.test`, active: true });
      }
    }
    this.connectors = { left: connectMemory(this.left), right: connectMemory(this.right) };
    this.configuration = {
      name: 'world',
      left: { connection: 'left', scope: {} },
      right: { connection: 'right', scope: {} },
      types: [{ ...TASKS, ...options.type }],
      interval: 0,
      startFrom: new Date(START).toISOString(),
      brakes: { share: 1, atLeast: 1_000_000 },
      ...options.configuration,
    };
  }

  private skew(side: Side): number {
    return this.options.skew?.[side] ?? 0;
  }

  /** One run; the clock moves a second first, as it does between any two runs. */
  async run(more: Partial<RunOptions> = {}): Promise<RunSummary> {
    return runIntegration(this.configuration, await this.ports(), this.runOptions(more));
  }

  /** A migration from a position on, in one slice or as much of it as the options allow. */
  async migrate(
    request: Partial<MigrationRequest> = {},
    more: Partial<MigrationOptions> = {},
    id = 'migration',
  ): Promise<MigratedSlice> {
    const known = this.state.migrations.get(id) ?? {
      request: { from: 'left', alreadyMigrated: 'skip', ...request },
      position: BEGINNING,
      items: new Map(),
    };
    this.state.migrations.set(id, known);
    const ports = await this.ports();
    return migrateSlice(
      this.configuration,
      { ...ports, migration: memoryMigration(this.state, id, `run-${this.runs}`, this.options.storeHooks) },
      {
        ...this.runOptions({}),
        request: known.request,
        position: known.position,
        over: new AbortController().signal,
        ...more,
      },
    );
  }

  async planMigration(request: Partial<MigrationRequest> = {}): Promise<MigrationPlan> {
    return planMigration(this.configuration, await this.ports(), {
      ...this.runOptions({}),
      request: { from: 'left', alreadyMigrated: 'skip', ...request },
      most: { pages: 100, entries: 5, reasons: 10 },
    });
  }

  /** An audit from where the last one was cut off. */
  async audit(
    kept: AuditKept = { findings: [] },
    more: Partial<AuditOptions> = {},
    onPage?: (position: AuditPosition) => void,
  ): Promise<AuditKept> {
    const ports = await this.ports();
    const audit = memoryAudit(this.state, kept, onPage);
    const position = kept.position ?? beginningOf(this.state.pairs.size);
    await auditPairs(this.configuration, { ...ports, audit }, { ...this.runOptions({}), position, ...more });
    return kept;
  }

  async plan(): ReturnType<typeof planIntegration> {
    return planIntegration(this.configuration, await this.ports(), this.runOptions({}));
  }

  private runOptions(more: Partial<RunOptions>): RunOptions {
    return {
      id: 'world',
      signal: new AbortController().signal,
      stop: new AbortController().signal,
      enabledAt: new Date(START).toISOString(),
      ...more,
    };
  }

  private async ports(): Promise<RunPorts> {
    this.time += 1_000;
    this.runs += 1;
    const budget = {
      acquire: async () => ({ waited: 0, release: () => undefined }),
      penalise: async () => undefined,
    };
    const signal = new AbortController().signal;
    const side = async (of: Side): Promise<SidePort> => ({
      connector: this.connectors[of],
      budget,
      schema: await this.connectors[of].schema(signal),
      // Told in whole seconds, rounded down, as a Date header does.
      clockSkew: () => Math.floor((this.time + this.skew(of)) / 1_000) * 1_000 - this.time,
    });
    return {
      clock: {
        now: () => this.time,
        wait: async (milliseconds) => {
          this.time += milliseconds;
        },
      },
      random: { id: () => `id-${(this.ids += 1)}`, fraction: () => 0.5 },
      store: memoryStore(this.state, `run-${this.runs}`, this.options.storeHooks),
      sides: { left: await side('left'), right: await side('right') },
      script: this.options.script,
    };
  }

  /** How often a run wrote to either tracker. */
  writes(): number {
    const of = (tracker: MemoryTracker): number =>
      tracker.counts.write + tracker.counts.comment + tracker.counts.file;
    return of(this.left) + of(this.right);
  }
}
