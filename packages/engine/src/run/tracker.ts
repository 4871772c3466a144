import { ConnectorError, toConnectorError } from '@lockstep/sdk';
import type { ChangePage, Connector, FeedPosition, Item, Schema, User } from '@lockstep/sdk';
import type { Budget } from '../ports/budget.ts';
import type { Clock } from '../ports/clock.ts';
import { LeaseLost, StoreFailed } from '../ports/store.ts';
import { withSources } from './with-sources.ts';

/** One side of an integration as its host provides it. */
export interface SidePort {
  readonly connector: Connector;
  readonly budget: Budget;
  readonly schema: Schema;
  /** Tracker's clock minus ours in milliseconds, as its latest answer told; undefined when it tells none. */
  clockSkew?(): number | undefined;
  /** What its requests have cost so far, where the host counts them one by one; else each call counts as one. */
  traffic?(): Traffic | undefined;
}

/** Requests sent, and milliseconds that they waited before. */
export interface Traffic {
  readonly requests: number;
  readonly waited: number;
}

/** Milliseconds: a skew is told in whole seconds, and an answer is under way for a while. */
const MARGIN = 2_000;

/** Milliseconds before each further try of a call that met no tracker, or lost the answer to a reading. */
const PAUSES = [500, 2_000];

const selves = new WeakMap<Connector, Promise<User | undefined>>();

/** One side at work in one run: every call goes through the connection's budget and is counted. */
export class Tracker {
  readonly connector: Connector;
  readonly schema: Schema;
  /** Did the tracker show any item in this run? Undefined before it was asked. */
  hasSeen: boolean | undefined;
  private readonly calls = { requests: 0, waited: 0 };
  private readonly traffic: () => Traffic | undefined;
  private readonly before: Traffic | undefined;
  private readonly budget: Budget;
  private readonly clock: Clock;
  private readonly clockSkew: () => number;
  private readonly signal: AbortSignal;
  /** As the host keeps it open. */
  private readonly opened: Connector;

  /** `complete` makes an item whole for planning, where the mapping derives fields from it. */
  constructor(port: SidePort, clock: Clock, signal: AbortSignal, complete?: (item: Item) => Item) {
    this.opened = port.connector;
    this.connector = complete === undefined ? port.connector : withSources(port.connector, complete);
    this.schema = port.schema;
    this.budget = port.budget;
    this.clockSkew = () => port.clockSkew?.() ?? 0;
    this.clock = clock;
    this.signal = signal;
    this.traffic = () => port.traffic?.();
    this.before = this.traffic();
  }

  /** Sent in this run. */
  get requests(): number {
    return (this.traffic()?.requests ?? this.calls.requests) - (this.before?.requests ?? 0);
  }

  /** Milliseconds that this run waited for the budget, a rate limit, or a tracker that was away. */
  get waited(): number {
    return this.calls.waited + (this.traffic()?.waited ?? 0) - (this.before?.waited ?? 0);
  }

  /**
   * Calls the tracker; `rate-limited` waits for the whole connection and tries again, since nothing was done, and so does
   * `unavailable`, a few times: one answer that is lost must not end a run.
   * `prepare` goes before each try and has no part in this connection's budget.
   */
  async call<T>(action: (signal: AbortSignal) => Promise<T>, prepare?: () => Promise<void>): Promise<T> {
    for (const pauses = [...PAUSES]; ;) {
      this.signal.throwIfAborted();
      await prepare?.();
      const permit = await this.budget.acquire(this.signal);
      this.calls.waited += permit.waited;
      this.calls.requests += 1;
      try {
        return await action(this.signal);
      } catch (error) {
        this.signal.throwIfAborted();
        if (error instanceof LeaseLost || error instanceof StoreFailed) throw error;
        const known = toConnectorError(error);
        const pause = known.kind === 'unavailable' ? pauses.shift() : undefined;
        if (pause !== undefined) {
          this.calls.waited += pause;
          await this.clock.wait(pause, this.signal);
          continue;
        }
        failedAt.set(known, this);
        if (known.kind !== 'rate-limited') throw known;
        const now = this.clock.now();
        const until = Math.max(now + 1_000, Date.parse(known.details.retryAt ?? '') || 0);
        await this.budget.penalise(until);
        this.calls.waited += until - now;
        await this.clock.wait(until - now, this.signal);
      } finally {
        permit.release();
      }
    }
  }

  /** Reads the feed page by page, each page a call of its own; after a refusal it goes on behind the last page. */
  async *changes(from: FeedPosition): AsyncIterable<ChangePage> {
    let position = from;
    let feed: AsyncIterator<ChangePage> | undefined;
    try {
      for (let pages = 0; ; pages += 1) {
        const step = await this.call(async (signal) => {
          // What threw once is at its end for good: the next try needs a new one.
          const reading = feed ?? this.connector.items.changes(position, signal)[Symbol.asyncIterator]();
          feed = undefined;
          const next = await reading.next();
          feed = reading;
          return next;
        });
        if (step.done === true && pages > 0) return;
        if (step.done === true)
          throw new ConnectorError('protocol', 'the feed of changes ended without a page', {
            remedy: 'This is a defect of the connector; report it with the log of this run.',
          });
        position = { after: step.value.next };
        if (step.value.changes.some((change) => change.kind === 'item')) this.hasSeen = true;
        yield step.value;
      }
    } finally {
      await feed?.return?.();
    }
  }

  async read(id: string): Promise<Item | undefined> {
    const items = await this.call((signal) => this.connector.items.get([id], signal));
    if (items.length > 0) this.hasSeen = true;
    return items.find((item) => item.id === id);
  }

  /** The account this side works as; asked once for the life of the connector. */
  async self(): Promise<User | undefined> {
    const users = this.connector.users;
    if (users === undefined) return undefined;
    let known = selves.get(this.opened);
    if (known === undefined) {
      known = this.call((signal) => users.self(signal));
      selves.set(this.opened, known);
      known.catch(() => selves.delete(this.opened));
    }
    return known;
  }

  /** The same moment on the tracker's clock, in milliseconds. */
  itsTime(ours: number): number {
    return ours + this.clockSkew();
  }

  /** Milliseconds on the tracker's clock: nothing that happened since that moment of ours is stamped, or still to be indexed, earlier. */
  earliest(ours: number): number {
    const { timestampStep, indexLag } = this.connector.limits;
    return this.itsTime(ours) - timestampStep * 2 - indexLag - MARGIN;
  }

  /** Can no later change share this item's version, seen when the clock said `observed`? */
  isFirm(item: Pick<Item, 'updatedAt'>, observed: number): boolean {
    const { versioning, timestampStep } = this.connector.limits;
    return (
      versioning !== 'timestamp' ||
      this.itsTime(observed) > Date.parse(item.updatedAt) + timestampStep + MARGIN / 2
    );
  }
}

/** Whose call failed with this error. */
const failedAt = new WeakMap<ConnectorError, Tracker>();

/** Does this error say that the tracker refuses the account, or is not there? */
export function isBroken(tracker: Tracker, error: ConnectorError): boolean {
  return failedAt.get(error) === tracker && (stopsConnection(error) || error.kind === 'unavailable');
}

/** Errors that make the whole connection useless; anything else concerns one item. */
export function stopsConnection(error: unknown): boolean {
  return error instanceof ConnectorError && (error.kind === 'auth' || error.kind === 'config');
}
