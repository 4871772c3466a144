/** Milliseconds after which a run counts as slow: it waits for trackers more than it works. */
const SLOW = 5_000;
/** Workers of one server at most, those that wait for slow trackers included. */
const MOST = 32;

/**
 * As many workers as are needed so that slow runs keep nobody waiting: for each run that takes long, one more is hired
 * until it ends.
 */
export class Crew {
  private readonly hire: () => Promise<string>;
  private readonly dismiss: (worker: string) => Promise<void>;
  private readonly onTrouble: (error: unknown) => void;
  private readonly most: number;
  private readonly slowAfter: number;
  private readonly extra: string[] = [];
  private slow = 0;
  /** Changes are made one after the other. */
  private changing: Promise<void> = Promise.resolve();

  constructor(parts: {
    readonly hire: () => Promise<string>;
    readonly dismiss: (worker: string) => Promise<void>;
    readonly onTrouble: (error: unknown) => void;
    /** Workers that are always there. */
    readonly standing: number;
    readonly slowAfter?: number | undefined;
  }) {
    this.hire = parts.hire;
    this.dismiss = parts.dismiss;
    this.onTrouble = parts.onTrouble;
    this.most = Math.max(0, MOST - parts.standing);
    this.slowAfter = parts.slowAfter ?? SLOW;
  }

  /** A run at work under the eyes of the crew. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    let isSlow = false;
    const timer = setTimeout(() => {
      isSlow = true;
      this.slow += 1;
      this.adjust();
    }, this.slowAfter);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      if (isSlow) {
        this.slow -= 1;
        this.adjust();
      }
    }
  }

  private adjust(): void {
    this.changing = this.changing.then(async () => {
      const wanted = Math.min(this.slow, this.most);
      try {
        while (this.extra.length < wanted) this.extra.push(await this.hire());
        while (this.extra.length > wanted) await this.dismiss(this.extra.pop() ?? '');
      } catch (error) {
        this.onTrouble(error);
      }
    });
  }
}
