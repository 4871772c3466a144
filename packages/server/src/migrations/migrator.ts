import type { MigrationEntry } from '../store/migration-records.ts';
import { executeSlice } from './slice.ts';
import type { SliceParts } from './slice.ts';

/** Milliseconds between looks for migrations that may go on. */
const ROUND = 1_000;
/** Milliseconds of a slice: runs have their turn in between, and a server that ends has not long to wait. */
const SLICE = 60_000;

/** Moves what migrations ask for, slice by slice, beside the runs of this server; any server goes on with any of them. */
export class Migrator {
  private readonly parts: SliceParts;
  private readonly atWork = new Map<
    string,
    { readonly work: Promise<void>; readonly room: AbortController }
  >();
  private readonly ending = new AbortController();
  private readonly cut = new AbortController();
  private concurrency = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: SliceParts) {
    this.parts = parts;
  }

  /** `concurrency`: slices of different integrations side by side; 0: none, other servers move them. */
  start(concurrency: number): void {
    this.concurrency = concurrency;
    if (concurrency === 0) return;
    this.timer = setInterval(() => this.look(), ROUND);
    this.timer.unref();
  }

  /** Looks now, as when one was started or resumed. */
  look(): void {
    this.begin().catch((error: unknown) => {
      this.parts.log.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        'no migration could be looked for',
      );
    });
  }

  /** The slice of a migration at work ends after its items in hand; on another server once it renews its lease. */
  async makeRoom({ id, integrationId }: MigrationEntry): Promise<void> {
    this.atWork.get(id)?.room.abort();
    await this.parts.leases.askMigrationToYield(integrationId);
  }

  /** Slices at work end after their items in hand; after `patience` milliseconds they are cut off, which loses nothing. */
  async stop(patience = 25_000): Promise<void> {
    clearInterval(this.timer);
    this.ending.abort();
    const cut = setTimeout(() => this.cut.abort(new Error('the server stops')), patience);
    await Promise.all([...this.atWork.values()].map(({ work }) => work));
    clearTimeout(cut);
  }

  private async begin(): Promise<void> {
    const free = this.concurrency - this.atWork.size;
    if (free <= 0 || this.ending.signal.aborted) return;
    for (const due of await this.parts.migrations.due(free)) {
      if (this.atWork.has(due.id) || this.ending.signal.aborted) continue;
      const room = new AbortController();
      const work = this.work(due, room).finally(() => this.atWork.delete(due.id));
      this.atWork.set(due.id, { work, room });
    }
  }

  private async work(due: MigrationEntry, room: AbortController): Promise<void> {
    try {
      const over = AbortSignal.any([this.ending.signal, AbortSignal.timeout(SLICE)]);
      const end = await executeSlice(this.parts, due, { cut: this.cut.signal, over, room });
      if (end === 'through its time') setImmediate(() => this.look());
    } catch (error) {
      this.parts.log.error({ migration: due.id, err: error }, 'a migration could not go on');
    }
  }
}
