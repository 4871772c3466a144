import { connectMemory } from '@lockstep/connectors';
import type { CallKind, Hooks } from '@lockstep/connectors';
import type { Both, ConflictPolicy, IntegrationConfiguration, Side } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import type { RunPorts } from '../run/context.ts';
import { runIntegration } from '../run/run.ts';
import type { SidePort } from '../run/tracker.ts';
import { Chance } from '../testing/chance.ts';
import { memoryStore, StoredState } from '../testing/store.ts';
import type { Fault, FaultKind, History, PersonStep, Settings } from './history.ts';
import { act, PEOPLE } from './people.ts';
import type { Moment } from './process.ts';
import { SimulatedProcess } from './process.ts';
import { OUTSIDE, WatchedTracker } from './watched-tracker.ts';

export const START = Date.parse('2026-01-01T00:00:00.000Z');
/** Milliseconds after which another worker takes over from one that fell silent. */
const LEASE = 10_000;

const HARMLESS: readonly FaultKind[] = ['delay', 'person meanwhile', 'connection refused'];

/** A clock, two trackers with their people, a store, and processes that run the real engine on them. */
export class SimulatedWorld {
  readonly trackers: Both<WatchedTracker>;
  readonly state = new StoredState();
  readonly injected = new Map<FaultKind, number>();
  readonly trace: string[] = [];
  /** Of the runs that succeeded. */
  readonly successes: { readonly began: number; readonly ended: number }[] = [];
  /** Every run's moments, and how many intents it left open. */
  readonly told: {
    readonly name: string;
    readonly ended: string;
    /** By our clock. */
    readonly began: number;
    readonly at: number;
    readonly wasBlind: boolean;
    readonly moments: readonly Moment[];
    readonly open: number;
  }[] = [];
  /** Runs in which an answer or a commit may have been lost. */
  readonly shaken = new Set<string>();
  policy: ConflictPolicy = 'newest';
  /** The most moments one run had: how deep faults could strike. */
  deepest = 0;
  private time = START;
  private runs = 0;
  private ids = 0;
  private readonly chance: Chance;
  private readonly skew: Both<number>;
  readonly settings: Settings;
  private readonly connectors: Both<SidePort['connector']>;

  constructor(history: History) {
    this.chance = new Chance(history.seed);
    this.skew = history.skew;
    this.settings = history.settings ?? {};
    const open = (side: Side): WatchedTracker => {
      const tracker = new WatchedTracker(
        side,
        () => this.time + this.skew[side],
        history.quirks[side],
        this.hooks(side),
      );
      for (const id of PEOPLE[side]) {
        const login = id.replace('u-', '');
        tracker.addUser({ id, login, name: login, email: `${login}@example.test`, active: true });
      }
      tracker.onDeed = ({ by, what, id, fields, text }) =>
        this.tell(`${side} ${by} ${what} ${id} ${JSON.stringify(fields)} ${text ?? ''}`);
      return tracker;
    };
    this.trackers = { left: open('left'), right: open('right') };
    this.connectors = { left: connectMemory(this.trackers.left), right: connectMemory(this.trackers.right) };
  }

  get now(): number {
    return this.time;
  }

  pass(milliseconds: number): void {
    this.time += milliseconds;
  }

  person(step: PersonStep): void {
    act(step, this.trackers[step.side]);
  }

  /** One run of the whole integration in a process of its own. Its end, told in words. */
  async run(faults: readonly Fault[] = []): Promise<string> {
    this.time += 1_000;
    this.runs += 1;
    const name = `run-${this.runs}`;
    const process = new SimulatedProcess(name, faults, {
      now: () => this.time,
      pass: (milliseconds) => this.pass(milliseconds),
      person: (step) => this.person(step),
      injected: (kind) => {
        this.injected.set(kind, (this.injected.get(kind) ?? 0) + 1);
        this.tell(`fault: ${kind}`);
        if (!HARMLESS.includes(kind)) this.shaken.add(name);
      },
      rival: async () => {
        this.time += LEASE + 1_000;
        await this.run();
      },
    });
    this.tell(`${name} begins`);
    const began = this.time;
    const ended = await process
      .run(async () => {
        const { outcome, message } = await runIntegration(this.configuration(), await this.ports(name), {
          id: 'world',
          signal: new AbortController().signal,
          stop: new AbortController().signal,
          enabledAt: new Date(START + (this.settings.enabledAt ?? 0)).toISOString(),
          concurrency: 2,
        });
        return message === undefined ? outcome : `${outcome}: ${message}`;
      })
      .catch((error: unknown) => `ended by ${error instanceof Error ? error.message : String(error)}`);
    this.deepest = Math.max(this.deepest, process.moments.length);
    this.tell(`${name} ${ended}`);
    const wasBlind = SIDES.some((side) => this.trackers[side].isBlind);
    const { moments } = process;
    this.told.push({ name, ended, began, at: this.time, wasBlind, moments, open: this.state.intents.size });
    if (ended === 'succeeded' && !wasBlind) this.successes.push({ began, ended: this.time });
    return ended;
  }

  /** Did the latest run ask a person before it wrote? */
  get isBraked(): boolean {
    return this.told.at(-1)?.ended.startsWith('braked') === true;
  }

  /** How often we wrote to either tracker. */
  get written(): number {
    return this.trackers.left.written + this.trackers.right.written;
  }

  tell(line: string): void {
    this.trace.push(`${this.time - START} ${line}`);
  }

  private configuration(): IntegrationConfiguration {
    const scope = {
      scope: {},
      filters: { all: { field: 'labels', is: 'not equals', value: OUTSIDE } },
    } as const;
    const both = ['title', 'description', 'status', 'priority', 'assignee', 'due', 'labels'];
    return {
      name: 'world',
      left: { connection: 'left', ...scope },
      right: { connection: 'right', ...scope },
      types: [
        {
          left: 'task',
          right: 'task',
          fields: [
            ...both.map((id) => ({ left: id, right: id, policy: this.policy })),
            { left: 'severity', right: 'severity', direction: 'to-right' as const },
          ],
          comments: { direction: 'both', internal: 'private' },
          attachments: { direction: 'both' },
          reference: { left: 'reference', right: 'reference' },
        },
      ],
      interval: 0,
      ...(this.settings.enabledAt === undefined
        ? { startFrom: new Date(START - 86_400_000).toISOString() }
        : {}),
      ...(this.settings.deletion === undefined ? {} : { deletion: this.settings.deletion }),
      brakes: this.settings.brakes ?? { share: 1, atLeast: 1_000_000 },
    };
  }

  private hooks(side: Side): Hooks {
    return {
      before: async (kind: CallKind) => {
        await SimulatedProcess.current?.beforeCall(side, kind);
        this.tell(`${side} ${kind}`);
      },
      after: async (kind: CallKind) => SimulatedProcess.current?.afterCall(side, kind),
    };
  }

  private async ports(run: string): Promise<RunPorts> {
    const { signal } = new AbortController();
    const side = async (of: Side): Promise<SidePort> => ({
      connector: this.connectors[of],
      budget: {
        acquire: async () => ({ waited: 0, release: () => undefined }),
        penalise: async () => undefined,
      },
      schema: await this.connectors[of].schema(signal),
      // Told in whole seconds, rounded down, as a Date header does.
      clockSkew: () => Math.floor((this.time + this.skew[of]) / 1_000) * 1_000 - this.time,
    });
    const [left, right] = await Promise.all(SIDES.map(side));
    return {
      clock: {
        now: () => this.time,
        wait: async (milliseconds) => this.pass(milliseconds),
      },
      random: { id: () => `id-${(this.ids += 1)}`, fraction: () => this.chance.fraction() },
      store: memoryStore(this.state, run, {
        before: async (what) => SimulatedProcess.current?.beforeCommit(what),
        after: async (what) => {
          this.tell(`commit ${what}`);
          await SimulatedProcess.current?.afterCommit(what);
        },
      }),
      sides: { left: left as SidePort, right: right as SidePort },
    };
  }
}
