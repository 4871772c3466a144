import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Budget } from '@lockstep/engine';
import { addSlots, freeSlots, penalise, renewSlots, takePermits, takeSlots } from './budget-statements.ts';
import type { Db } from './database.ts';
import { Queue } from './budget-queue.ts';
import type { Log } from '../postgres/log.ts';

export interface BudgetOptions {
  readonly db: Db;
  readonly log: Log;
  readonly connectionId: string;
  /** Requests per second, over all workers. */
  readonly rate: number;
  /** Requests that may go at once after a quiet time; default 1. */
  readonly burst?: number;
  /** Requests under way at a time, over all workers; default 8. */
  readonly concurrency?: number;
  /** Milliseconds after which a dead worker's slots are free again; default 60 s. Living workers renew theirs. */
  readonly slotTtl?: number;
}

/** A connection's budget as one integration uses it. */
export interface BudgetShare extends Budget {
  permit(signal: AbortSignal): Promise<number>;
  slot(signal: AbortSignal): Promise<{ readonly waited: number; release(): void }>;
}

/**
 * A connection's budget, shared by all workers through the database: permits by GCRA, reserved first come first
 * served, and slots as leases. All that wait in this process are served with one statement at a time.
 */
export class PgBudget implements Budget {
  private readonly options: Required<BudgetOptions>;
  private readonly holder = randomUUID();
  private readonly permits: Queue;
  private readonly slots: Queue;
  private readonly held = new Set<number>();
  private readonly renewal: NodeJS.Timeout;
  private prepared = false;

  constructor(options: BudgetOptions) {
    this.options = { burst: 1, concurrency: 8, slotTtl: 60_000, ...options };
    this.permits = new Queue(async (wanted) => {
      const { db, connectionId, rate, burst } = this.options;
      return { granted: await takePermits(db, connectionId, { count: wanted, rate, burst }) };
    });
    this.slots = new Queue(async (wanted) => this.takeSlots(wanted));
    this.renewal = setInterval(() => void this.renew(), this.options.slotTtl / 3);
    this.renewal.unref();
  }

  async acquire(signal: AbortSignal, asker = ''): Promise<{ readonly waited: number; release(): void }> {
    const waited = await this.permit(signal, asker);
    const { release, waited: more } = await this.slot(signal, asker);
    return { waited: waited + more, release };
  }

  /** One request may be sent; resolves with what it waited, in milliseconds. */
  async permit(signal: AbortSignal, asker = ''): Promise<number> {
    const asked = performance.now();
    signal.throwIfAborted();
    const wait = await this.permits.next(signal, asker);
    await delay(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
    return Math.max(0, Math.round(performance.now() - asked));
  }

  /** A place among those at work at a time. */
  async slot(signal: AbortSignal, asker = ''): Promise<{ readonly waited: number; release(): void }> {
    const asked = performance.now();
    const slot = await this.slots.next(signal, asker, (unused) => this.release(unused));
    let released = false;
    return {
      waited: Math.max(0, Math.round(performance.now() - asked)),
      release: () => {
        if (released) return;
        released = true;
        this.release(slot);
      },
    };
  }

  /** The same for one of those that share it: they are served in turn, however many requests each has waiting. */
  onBehalfOf(asker: string): BudgetShare {
    return {
      acquire: (signal) => this.acquire(signal, asker),
      permit: (signal) => this.permit(signal, asker),
      slot: (signal) => this.slot(signal, asker),
      penalise: (until) => this.penalise(until),
    };
  }

  penalise(until: number): Promise<void> {
    const { db, connectionId, rate, burst } = this.options;
    return penalise(db, connectionId, { wait: Math.max(0, until - Date.now()), rate, burst });
  }

  /** Frees what is held and ends the renewal. */
  async close(): Promise<void> {
    clearInterval(this.renewal);
    await freeSlots(this.options.db, this.options.connectionId, this.holder, [...this.held]);
    this.held.clear();
  }

  private async takeSlots(wanted: number): Promise<{ granted: readonly number[]; again?: number }> {
    const { db, connectionId, concurrency, slotTtl } = this.options;
    if (!this.prepared) await addSlots(db, connectionId, concurrency);
    this.prepared = true;
    const taken = await takeSlots(db, connectionId, {
      holder: this.holder,
      count: wanted,
      concurrency,
      ttl: slotTtl,
    });
    for (const slot of taken.numbers) this.held.add(slot);
    // Under a penalty nothing is sent, not even with a permit reserved before it.
    return { granted: taken.numbers, again: Math.max(taken.penalty, 20 + Math.random() * 60) };
  }

  private release(slot: number): void {
    this.held.delete(slot);
    freeSlots(this.options.db, this.options.connectionId, this.holder, [slot]).then(
      () => this.slots.retry(),
      (error: unknown) => this.warn(error, 'a slot could not be freed; it frees itself when its lease ends'),
    );
  }

  private async renew(): Promise<void> {
    const { db, connectionId, slotTtl } = this.options;
    if (this.held.size === 0) return;
    await renewSlots(db, connectionId, this.holder, slotTtl).catch((error: unknown) =>
      this.warn(error, 'slots could not be renewed'),
    );
  }

  private warn(error: unknown, message: string): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.options.log.warn({ connectionId: this.options.connectionId, reason }, message);
  }
}
