import { AsyncLocalStorage } from 'node:async_hooks';
import { ConnectorError } from '@lockstep/sdk';
import type { CallKind } from '@lockstep/connectors';
import type { Both, Side } from '../configuration/integration.ts';
import type { Fault, FaultKind, PersonStep } from './history.ts';

/** The process died here: nothing it would still do happens. */
export class Death extends Error {}

export interface Surroundings {
  now(): number;
  pass(milliseconds: number): void;
  /** Another worker takes the integration over and runs it, while this one stands still. */
  rival(): Promise<void>;
  person(step: PersonStep): void;
  injected(kind: FaultKind): void;
  /** What the tracker of a side refuses everybody, for as long as it does. */
  readonly refusals: Both<Refusals>;
}

export interface Refusals {
  /** The token of our account has to be renewed. */
  isExpired: boolean;
  /** Too many requests until then, by our clock. */
  stormUntil: number;
}

/** Milliseconds for which a tracker refuses everything with 429. */
const STORM = 12_000;
/** Milliseconds after which a client gives up a request that it could not send; less than a write may be late (`STALL`). */
const TIME_LIMIT = 14_000;
/** Turns of the event queue for which a call, or its answer, lets others go first. */
const TURNS = 60;

/** Where a fault can strike: before or after a remote call or a commit. */
export interface Moment {
  /** A side and a kind of call, e.g. `right write`, or a commit, e.g. `commit settle`. */
  readonly name: string;
  readonly when: 'before' | 'after';
  readonly fault?: FaultKind;
}

const current = new AsyncLocalStorage<SimulatedProcess>();
const ANYWHERE: readonly FaultKind[] = ['delay', 'person meanwhile', 'second worker', 'overtaken'];
const BEFORE_CALL: readonly FaultKind[] = [
  'connection refused',
  'answer lost before',
  'server error',
  'rate limit',
  'rate limit without a time',
  'retry storm',
  'token expired',
  'death at a call',
];
const AFTER_CALL: readonly FaultKind[] = ['answer lost after', 'web page', 'death after a call'];
const BEFORE_COMMIT: readonly FaultKind[] = ['death at a commit', 'store lost before'];
const AFTER_COMMIT: readonly FaultKind[] = ['death after a commit', 'store lost after'];

/** One run as a process of its own: it can die, stall and lose answers at moments counted from its start. */
export class SimulatedProcess {
  /** What it came through, in order. */
  readonly moments: Moment[] = [];
  private readonly faults: Fault[];
  private readonly around: Surroundings;
  /** How often a call or commit of a name was begun, less one. */
  private readonly begun = new Map<string, number>();
  private isDead = false;
  private stall: Promise<void> | undefined;

  readonly name: string;

  constructor(name: string, faults: readonly Fault[], around: Surroundings) {
    this.name = name;
    this.faults = faults.toSorted((a, b) => a.at - b.at);
    this.around = around;
  }

  /** The process whose code is running; undefined for people. */
  static get current(): SimulatedProcess | undefined {
    return current.getStore();
  }

  async run<T>(action: () => Promise<T>): Promise<T> {
    return current.run(this, action);
  }

  async beforeCall(side: Side, kind: CallKind): Promise<void> {
    const name = `${side} ${kind}`;
    this.begun.set(name, (this.begun.get(name) ?? -1) + 1);
    const begun = this.around.now();
    const fault = await this.next(BEFORE_CALL, name, 'before');
    if (isWrite(kind) && this.around.now() > begun + TIME_LIMIT)
      throw new ConnectorError('ambiguous', `${kind} was given up before it was sent`);
    const refusals = this.around.refusals[side];
    if (fault === 'token expired') refusals.isExpired = true;
    if (fault === 'retry storm') refusals.stormUntil = this.around.now() + STORM;
    if (refusals.isExpired)
      throw new ConnectorError('auth', 'the token has expired', { remedy: 'Renew the token.' });
    if (refusals.stormUntil > this.around.now())
      throw tooMany(this.begun.size % 2 === 0, refusals.stormUntil);
    switch (fault) {
      case 'connection refused':
        throw new ConnectorError('unavailable', 'connection refused');
      case 'answer lost before':
      case 'server error':
        throw new ConnectorError(isWrite(kind) ? 'ambiguous' : 'unavailable', `${fault}: ${kind}`);
      case 'rate limit':
        throw tooMany(true, this.around.now() + 30_000);
      case 'rate limit without a time':
        throw tooMany(false, 0);
      case 'death at a call':
        return this.die();
      default:
        return undefined;
    }
  }

  async afterCall(side: Side, kind: CallKind): Promise<void> {
    const fault = await this.next(AFTER_CALL, `${side} ${kind}`, 'after');
    if (fault === 'death after a call') this.die();
    if (fault === 'web page') throw new ConnectorError(isWrite(kind) ? 'ambiguous' : 'auth', 'a web page');
    if (fault !== undefined)
      throw new ConnectorError(isWrite(kind) ? 'ambiguous' : 'unavailable', `${fault}: ${kind}`);
  }

  async beforeCommit(what: string): Promise<void> {
    const name = `commit ${what}`;
    this.begun.set(name, (this.begun.get(name) ?? -1) + 1);
    this.commitFault(await this.next(BEFORE_COMMIT, name, 'before'));
  }

  async afterCommit(what: string): Promise<void> {
    this.commitFault(await this.next(AFTER_COMMIT, `commit ${what}`, 'after'));
  }

  private commitFault(fault: FaultKind | undefined): void {
    if (fault === undefined) return;
    if (fault.startsWith('death')) this.die();
    throw new Error('the store lost its connection');
  }

  /** The first fault that is due and can happen at such a moment. */
  private async next(
    fitting: readonly FaultKind[],
    name: string,
    when: Moment['when'],
  ): Promise<FaultKind | undefined> {
    await this.stall;
    if (this.isDead) throw new Death();
    this.moments.push({ name, when });
    const index = this.faults.findIndex(
      (fault) => this.isDue(fault, name) && (fitting.includes(fault.kind) || ANYWHERE.includes(fault.kind)),
    );
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault === undefined) return undefined;
    const before = this.moments.length;
    this.moments[before - 1] = { name, when, fault: fault.kind };
    if (fault.kind !== 'overtaken') this.around.injected(fault.kind);
    switch (fault.kind) {
      case 'overtaken':
        for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
        if (this.isDead) throw new Death();
        if (this.moments.length > before) this.around.injected('overtaken');
        return undefined;
      case 'delay':
        this.around.pass(5_000);
        return undefined;
      case 'person meanwhile':
        if (fault.step !== undefined) this.around.person(fault.step);
        return undefined;
      case 'second worker':
        this.stall = this.around.rival();
        await this.stall;
        return undefined;
      default:
        return fault.kind;
    }
  }

  private isDue({ at, on }: Fault, name: string): boolean {
    return on === undefined ? at < this.moments.length : on === name && at <= (this.begun.get(name) ?? 0);
  }

  private die(): never {
    this.isDead = true;
    throw new Death();
  }
}

function tooMany(withTime: boolean, until: number): ConnectorError {
  return new ConnectorError(
    'rate-limited',
    'too many requests',
    withTime ? { retryAt: new Date(until).toISOString() } : {},
  );
}

function isWrite(kind: CallKind): boolean {
  return kind === 'write' || kind === 'comment' || kind === 'file';
}
