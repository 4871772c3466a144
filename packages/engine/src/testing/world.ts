import { connectMemory, MemoryTracker } from '@lockstep/connectors';
import type { Hooks, Quirks } from '@lockstep/connectors';
import type { Both, IntegrationConfiguration, TypeMapping } from '../configuration/integration.ts';
import type { RunSummary } from '../ports/records.ts';
import type { RunOptions, RunPorts } from '../run/context.ts';
import { planIntegration, runIntegration } from '../run/run.ts';
import type { StoreHooks } from './store.ts';
import { memoryStore, StoredState } from './store.ts';

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
  readonly hooks?: Partial<Both<Hooks>>;
  readonly storeHooks?: StoreHooks;
  readonly type?: Partial<TypeMapping>;
  readonly configuration?: Partial<IntegrationConfiguration>;
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
    const now = (): number => this.time;
    this.left = new MemoryTracker('left', now, options.quirks?.left, options.hooks?.left);
    this.right = new MemoryTracker('right', now, options.quirks?.right, options.hooks?.right);
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

  /** One run; the clock moves a second first, as it does between any two runs. */
  async run(more: Partial<RunOptions> = {}): Promise<RunSummary> {
    return runIntegration(this.configuration, await this.ports(), this.runOptions(more));
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
    return {
      clock: {
        now: () => this.time,
        wait: async (milliseconds) => {
          this.time += milliseconds;
        },
      },
      random: { id: () => `id-${(this.ids += 1)}`, fraction: () => 0.5 },
      store: memoryStore(this.state, `run-${this.runs}`, this.options.storeHooks),
      sides: {
        left: { connector: this.connectors.left, budget, schema: await this.connectors.left.schema(signal) },
        right: {
          connector: this.connectors.right,
          budget,
          schema: await this.connectors.right.schema(signal),
        },
      },
    };
  }

  /** How often a run wrote to either tracker. */
  writes(): number {
    const of = (tracker: MemoryTracker): number =>
      tracker.counts.write + tracker.counts.comment + tracker.counts.file;
    return of(this.left) + of(this.right);
  }
}
