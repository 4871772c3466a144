import type { Log } from '../postgres/log.ts';

/** Milliseconds from the start to the first round, and from round to round. */
const FIRST = 60_000;
const ROUND = 3_600_000;

/** What is deleted from time to time, in the background; resolves with how much it was. */
export interface Chore {
  readonly what: string;
  readonly work: (signal: AbortSignal) => Promise<number>;
}

/** Lets old records go, on whichever server comes first. */
export class Keeper {
  private readonly log: Log;
  private readonly chores: readonly Chore[];
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(parts: { readonly log: Log; readonly chores: readonly Chore[] }) {
    this.log = parts.log;
    this.chores = parts.chores;
  }

  start(): void {
    this.after(FIRST);
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.ending.abort();
    await this.round;
  }

  private after(milliseconds: number): void {
    this.timer = setTimeout(() => {
      this.round = this.work().finally(() => {
        if (!this.ending.signal.aborted) this.after(ROUND);
      });
    }, milliseconds);
    this.timer.unref();
  }

  private async work(): Promise<void> {
    for (const { what, work } of this.chores) {
      if (this.ending.signal.aborted) return;
      try {
        const gone = await work(this.ending.signal);
        if (gone > 0) this.log.info({ gone }, `${what}: old ones were deleted`);
      } catch (error) {
        this.log.warn(
          { reason: error instanceof Error ? error.message : String(error) },
          `${what}: old ones could not be deleted; it is tried again in an hour`,
        );
      }
    }
  }
}
