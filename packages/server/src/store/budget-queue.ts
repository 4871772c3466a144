import { setTimeout as delay } from 'node:timers/promises';

interface Waiter {
  /** On whose behalf it asks. */
  readonly asker: string;
  readonly grant: (value: number) => void;
  readonly fail: (error: unknown) => void;
}

/** Permits taken in one statement at most, so that a busy worker does not reserve far ahead of the others. */
const batch = 16;

/** Serves this process's waiters, asker by asker and each asker's in their order, all that are there with one statement. */
export class Queue {
  private readonly take: (wanted: number) => Promise<{ granted: readonly number[]; again?: number }>;
  private readonly waiting: Waiter[] = [];
  private serving = false;
  private wake: AbortController | undefined;
  /** By asker, of those that have somebody waiting: when it was served last, counted in waiters served. */
  private readonly served = new Map<string, number>();
  private count = 0;

  constructor(take: Queue['take']) {
    this.take = take;
  }

  next(signal: AbortSignal, asker: string, giveBack: (value: number) => void = () => {}): Promise<number> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const index = this.waiting.indexOf(waiter);
        if (index >= 0) this.waiting.splice(index, 1);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        asker,
        grant: (value) => {
          signal.removeEventListener('abort', leave);
          if (signal.aborted) giveBack(value);
          resolve(value);
        },
        fail: (error) => {
          signal.removeEventListener('abort', leave);
          reject(error as Error);
        },
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(waiter);
      void this.serve(giveBack);
    });
  }

  /** Something may have become free. */
  retry(): void {
    this.wake?.abort();
  }

  /** Whoever asks on behalf of the one that was served longest ago: many who ask for one keep nobody else waiting. */
  private takeNext(): Waiter | undefined {
    let best = 0;
    const servedAt = (index: number): number => this.served.get(this.waiting[index]?.asker ?? '') ?? 0;
    for (let index = 1; index < this.waiting.length; index++)
      if (servedAt(index) < servedAt(best)) best = index;
    const [waiter] = this.waiting.splice(best, 1);
    if (waiter !== undefined) this.served.set(waiter.asker, ++this.count);
    return waiter;
  }

  private async serve(giveBack: (value: number) => void): Promise<void> {
    if (this.serving) return;
    this.serving = true;
    // A moment, so that all who ask in this turn share the statement.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      this.wake = new AbortController();
      try {
        const { granted, again } = await this.take(Math.min(batch, this.waiting.length));
        for (const value of granted) {
          const waiter = this.takeNext();
          if (waiter === undefined) giveBack(value);
          else waiter.grant(value);
        }
        if (granted.length === 0 && again !== undefined) {
          await delay(again, undefined, { signal: this.wake.signal }).catch(() => undefined);
        }
      } catch (error) {
        for (const waiter of this.waiting.splice(0)) waiter.fail(error);
      }
    }
    this.served.clear();
    this.serving = false;
  }
}
