import { connectMemory } from '@lockstep/connectors';
import type { CallKind, Hooks } from '@lockstep/connectors';
import type { Both, ConflictPolicy, IntegrationConfiguration, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { Budget } from '../ports/budget.ts';
import { migrateSlice } from '../migration/migrate.ts';
import { BEGINNING } from '../migration/position.ts';
import type { MigrationRequest } from '../migration/request.ts';
import type { RunSummary } from '../ports/records.ts';
import type { RunOptions, RunPorts } from '../run/context.ts';
import { runIntegration } from '../run/run.ts';
import type { SidePort } from '../run/tracker.ts';
import { Chance } from '../testing/chance.ts';
import { memoryMigration, memoryStore, StoredState } from '../testing/store.ts';
import type { StoredMigration, StoreHooks } from '../testing/store.ts';
import type { Asked, Fault, FaultKind, History, PersonStep, Settings } from './history.ts';
import { PEOPLES_DEEDS } from './kinds.ts';
import type { Limit } from './limits.ts';
import { AT_FIRST, fieldMappings } from './mapping.ts';
import type { Mapping } from './mapping.ts';
import { act, PEOPLE } from './people.ts';
import type { Moment, Refusals } from './process.ts';
import { SimulatedProcess } from './process.ts';
import { OUTSIDE, WatchedTracker } from './watched-tracker.ts';

export const START = Date.parse('2026-01-01T00:00:00.000Z');
/** Milliseconds after which another worker takes over from one that fell silent. */
const LEASE = 10_000;
const RESTORING = 3_600_000;
const BACKING_UP = 90_000;
const LOOK_BACK = 30_000;

const HARMLESS: readonly FaultKind[] = ['delay', 'person meanwhile', 'connection refused', 'overtaken'];

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
  /** Every mapping there was, and since when by our clock; the last is the present one. */
  readonly mappings: { readonly since: number; readonly mapping: Mapping }[] = [
    { since: START, mapping: AT_FIRST },
  ];
  /** Stretches of pauses, by our clock, that an administrator chose not to sync. */
  readonly leftOut: { readonly from: number; readonly until: number }[] = [];
  /** What administrators asked for of single items. */
  readonly asked: Asked[] = [];
  private pausedAt: number | undefined;
  /** What people and administrators did, and which quirks came into play, how often. */
  readonly met = new Map<string, number>();
  readonly refusals: Both<Refusals> = {
    left: { isExpired: false, stormUntil: 0 },
    right: { isExpired: false, stormUntil: 0 },
  };
  private readonly backups: Partial<Record<Side, ReturnType<WatchedTracker['backup']>>> = {};
  /** Items of which people changed a field since the latest run, with the sides on which they did. */
  private readonly edited = new Map<string, Side>();
  /** The most moments one run had: how deep faults could strike. */
  deepest = 0;
  private time = START;
  private runs = 0;
  private ids = 0;
  private readonly notBefore: Record<Side, number> = { left: 0, right: 0 };
  private readonly chance: Chance;
  private readonly skew: Both<number>;
  readonly settings: Settings;
  /** What the judge makes allowance for. */
  readonly limits: ReadonlySet<Limit>;
  private readonly connectors: Both<SidePort['connector']>;

  constructor(history: History, limits: ReadonlySet<Limit>) {
    this.limits = limits;
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

  /** Nothing runs before the integration is enabled. */
  reachEnabling(): void {
    this.time = Math.max(this.time, START + (this.settings.enabledAt ?? 0));
  }

  /** Does what a person does, and counts it where there was something to do it to. */
  person(step: PersonStep): void {
    const before = this.trackers[step.side].deeds.length;
    if (!act(step, this.trackers[step.side])) return;
    this.count(PEOPLES_DEEDS[step.kind]);
    const deed = this.trackers[step.side].deeds[before];
    for (const field of deed?.what === 'edit' ? Object.keys(deed.fields) : []) {
      const key = `${step.item} ${field}`;
      const first = this.edited.get(key);
      if (first === other(step.side)) this.count('same field on both sides');
      this.edited.set(key, first ?? step.side);
    }
  }

  get mapping(): Mapping {
    return this.mappings.at(-1)?.mapping ?? AT_FIRST;
  }

  /** From now on the integration maps so. */
  map(mapping: Mapping): void {
    this.mappings.push({ since: this.time, mapping });
    this.count('mapping changed');
  }

  get isPaused(): boolean {
    return this.pausedAt !== undefined;
  }

  pause(): void {
    if (this.isPaused) return;
    this.pausedAt = this.time;
    this.count('paused');
  }

  /** `recent`: of the pause only what changed lately is to sync; `none`: nothing of it. */
  resume(what: 'recent' | 'all' | 'none'): void {
    if (this.pausedAt === undefined) return;
    const until = what === 'recent' ? this.time - LOOK_BACK : this.time;
    if (what !== 'all' && until > this.pausedAt) {
      this.leftOut.push({ from: this.pausedAt, until });
      this.count(what === 'none' ? 'left a pause out' : 'left all but the latest of a pause out');
      if (this.state.marks.size > 0) this.count('wishes dropped');
      this.state.dropWishes();
    }
    this.pausedAt = undefined;
    this.count('resumed');
  }

  renewToken(side: Side): void {
    if (!this.refusals[side].isExpired) return;
    this.refusals[side].isExpired = false;
    this.count('token renewed');
  }

  backUp(side: Side): void {
    // Apart from what is done before and after by more than any tracker's timestamps are coarse.
    this.pass(BACKING_UP);
    this.backups[side] = this.trackers[side].backup();
    this.pass(BACKING_UP);
    this.count('backup');
  }

  /** Back to the latest backup, if there is one; restoring it takes an hour. */
  returnToBackup(side: Side): void {
    const backup = this.backups[side];
    if (backup === undefined) return;
    this.pass(RESTORING);
    this.trackers[side].returnTo(backup);
    this.tell(`${side} returns to its backup`);
    this.count('returned to backup');
  }

  count(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }

  /** One run of the whole integration in a process of its own. Its end, told in words. */
  async run(faults: readonly Fault[] = []): Promise<string> {
    const ended = await this.work(faults, async (name) =>
      runIntegration(this.configuration(), await this.ports(name), this.runOptions()),
    );
    const { began, at, wasBlind } = this.told.at(-1) ?? { began: 0, at: 0, wasBlind: true };
    if (ended === 'succeeded' && !wasBlind) this.successes.push({ began, ended: at });
    return ended;
  }

  /** A slice of the migration under way, or of a new one. True when it is through. */
  async migrate(
    request: Pick<MigrationRequest, 'from' | 'alreadyMigrated'>,
    faults: readonly Fault[] = [],
  ): Promise<boolean> {
    const [latest] = [...this.state.migrations].findLast(([, one]) => one.position.phase !== 'done') ?? [];
    const id = latest ?? `migration-${this.state.migrations.size + 1}`;
    this.count(latest === undefined ? 'migration' : 'migration went on');
    if (latest === undefined)
      this.state.migrations.set(id, { request, position: BEGINNING, items: new Map() });
    const migration = (): StoredMigration => this.state.migrations.get(id) as StoredMigration;
    await this.work(faults, async (name) => {
      const ports = await this.ports(name);
      const { summary } = await migrateSlice(
        this.configuration(),
        { ...ports, migration: memoryMigration(this.state, id, name, this.storeHooks()) },
        {
          ...this.runOptions(),
          request: migration().request,
          position: migration().position,
          over: new AbortController().signal,
        },
      );
      return summary;
    });
    return migration().position.phase === 'done';
  }

  private runOptions(): RunOptions {
    return {
      id: 'world',
      signal: new AbortController().signal,
      stop: new AbortController().signal,
      enabledAt: new Date(START + (this.settings.enabledAt ?? 0)).toISOString(),
      concurrency: 2,
      leftOut: this.leftOut.map(({ from, until }) => ({
        from: new Date(from).toISOString(),
        until: new Date(until).toISOString(),
      })),
    };
  }

  private async work(
    faults: readonly Fault[],
    action: (name: string) => Promise<RunSummary>,
  ): Promise<string> {
    this.time += 1_000;
    this.runs += 1;
    const name = `run-${this.runs}`;
    const process = new SimulatedProcess(name, faults, {
      now: () => this.time,
      pass: (milliseconds) => this.pass(milliseconds),
      person: (step) => this.person(step),
      refusals: this.refusals,
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
    this.edited.clear();
    for (const side of SIDES) if (this.skew[side] !== 0) this.count('clock skew');
    if (this.isRefused) this.shaken.add(name);
    const began = this.time;
    const ended = await process
      .run(async () => {
        const { outcome, message } = await action(name);
        return message === undefined ? outcome : `${outcome}: ${message}`;
      })
      .catch((error: unknown) => `ended by ${error instanceof Error ? error.message : String(error)}`);
    this.deepest = Math.max(this.deepest, process.moments.length);
    this.tell(`${name} ${ended}`);
    // An account whose token has expired sees no more than one without rights.
    const wasBlind = this.isRefused || SIDES.some((side) => this.trackers[side].isBlind);
    const { moments } = process;
    this.told.push({ name, ended, began, at: this.time, wasBlind, moments, open: this.state.intents.size });
    return ended;
  }

  /** Did the latest run ask a person before it wrote? */
  get isBraked(): boolean {
    return this.told.at(-1)?.ended.startsWith('braked') === true;
  }

  private get isRefused(): boolean {
    return SIDES.some((side) => this.refusals[side].isExpired);
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
    return {
      name: 'world',
      left: { connection: 'left', ...scope },
      right: { connection: 'right', ...scope },
      types: [
        {
          left: 'task',
          right: 'task',
          fields: fieldMappings(this.mapping).map((field) => ({ ...field, policy: this.policy })),
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
      played: (quirk) => this.count(quirk),
    };
  }

  /** One for each connection, as all that use it share one: nobody sends before the time that a 429 told. */
  private budget(side: Side): Budget {
    return {
      acquire: async () => {
        const waited = Math.max(0, this.notBefore[side] - this.time);
        this.pass(waited);
        return { waited, release: () => undefined };
      },
      penalise: async (until) => {
        this.notBefore[side] = Math.max(this.notBefore[side], until);
      },
    };
  }

  private storeHooks(): StoreHooks {
    return {
      before: async (what) => SimulatedProcess.current?.beforeCommit(what),
      after: async (what) => {
        this.tell(`commit ${what}`);
        await SimulatedProcess.current?.afterCommit(what);
      },
    };
  }

  private async ports(run: string): Promise<RunPorts> {
    const { signal } = new AbortController();
    const side = async (of: Side): Promise<SidePort> => ({
      connector: this.connectors[of],
      budget: this.budget(of),
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
      store: memoryStore(this.state, run, this.storeHooks()),
      sides: { left: left as SidePort, right: right as SidePort },
    };
  }
}
