import { setTimeout as delay } from 'node:timers/promises';

interface Waiter {
  readonly grant: (value: number) => void;
  readonly fail: (error: unknown) => void;
}

/** Permits taken in one statement at most, so that a busy worker does not reserve far ahead of the others. */
const batch = 16;

/** Serves this process's waiters in their order, all that are there with one statement. */
export class Queue {
  private readonly take: (wanted: number) => Promise<{ granted: readonly number[]; again?: number }>;
  private readonly waiting: Waiter[] = [];
  private serving = false;
  private wake: AbortController | undefined;

  constructor(take: Queue['take']) {
    this.take = take;
  }

  next(signal: AbortSignal, giveBack: (value: number) => void = () => {}): Promise<number> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const index = this.waiting.indexOf(waiter);
        if (index >= 0) this.waiting.splice(index, 1);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
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
          const waiter = this.waiting.shift();
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
    this.serving = false;
  }
}
