import type { Item } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import type {
  Conflict,
  JournalEntry,
  KeptOutBy,
  LogLine,
  Pair,
  PairedItem,
  Parked,
  PartPair,
  RecordedItem,
  SyncOutcome,
  SyncRecord,
} from '../ports/records.ts';
import type { Wish, WishAnswer } from '../ports/wish.ts';
import type { CompiledField } from '../mapping/compiled.ts';
import type { MigrationTerms } from '../migration/request.ts';
import type { DetectedChange, Migrated, Settlement } from '../ports/store.ts';
import { instant, line } from './context.ts';
import { titleOf } from './item-title.ts';
import type { RunContext } from './context.ts';

/** What one item's sync has done so far, settled step by step: after every remote write, and once at the end. */
export class Work {
  readonly context: RunContext;
  readonly origin: Side;
  readonly id: string;
  key: string;
  pair: Pair | undefined;
  outcome: SyncOutcome = 'unchanged';
  message: string | undefined;
  /** Conditions of filters that keep it out. */
  unmet: readonly KeptOutBy[] = [];
  readonly journal: JournalEntry[] = [];
  readonly parts: string[] = [];
  readonly parked: Parked[] = [];
  /** Sides whose comments and files, as last seen, need nothing more. */
  readonly lookedThrough = new Set<Side>();
  readonly previous: Parked | undefined;
  /** The item as the feed gave it. */
  row: Item | undefined;
  readonly why: DetectedChange['why'];
  /** What the migration that took the item up has asked for. */
  terms: MigrationTerms | undefined;
  /** Some fields of the pair are not looked at now: nothing is said of its items as a whole. */
  isPartial = false;
  /** What people want of the pair, and is still to be answered. */
  readonly wishes: Wish[];
  /** Whose wish the writes of these fields carry out, and in words. */
  readonly because = new Map<CompiledField, { readonly text: string; readonly by: string }>();
  private readonly items: Partial<Record<Side, RecordedItem>> = {};
  private readonly log: LogLine[] = [];

  constructor(
    context: RunContext,
    { side, id, why }: Pick<DetectedChange, 'side' | 'id' | 'why'>,
    previous: Parked | undefined,
    wishes: Wish[] = [],
  ) {
    this.context = context;
    this.origin = side;
    this.id = id;
    this.why = why;
    this.key = previous?.key ?? id;
    this.previous = previous;
    this.wishes = wishes;
  }

  names(side: Side, item: Item | PairedItem): void {
    const { id, key, url, type } = item;
    const title = titleOf(this.context.trackers[side].schema, item);
    this.items[side] = { id, key, url, type, ...(title === undefined ? {} : { title }) };
    if (side === this.origin) this.key = item.key;
  }

  tell(level: LogLine['level'], text: string): void {
    this.log.push(line(this.context, level, text, { side: this.origin, id: this.id, key: this.key }));
  }

  /** Makes the step durable: intents closed, bases moved, nothing said yet about the item as a whole. */
  async step(settled: {
    readonly pair?: Pair;
    readonly closed?: readonly string[];
    readonly conflicts?: readonly Conflict[];
    readonly standing?: readonly string[];
    readonly answers?: readonly WishAnswer[];
    readonly parts?: readonly PartPair[];
  }): Promise<void> {
    if (settled.pair !== undefined) this.pair = settled.pair;
    await this.context.store.settle({
      ...(settled.pair === undefined ? {} : { pair: settled.pair }),
      ...EMPTY,
      ...(this.journal.length === 0 && this.parts.length === 0 ? {} : { underWay: this.record() }),
      parts: settled.parts ?? [],
      closedIntents: settled.closed ?? [],
      conflicts: settled.conflicts ?? [],
      ...(settled.standing === undefined ? {} : { standing: settled.standing }),
      ...(settled.answers === undefined ? {} : { answers: settled.answers }),
    });
    for (const id of settled.closed ?? []) this.context.unanswered.delete(id);
  }

  /** Ends the item: its record, its ledger entries, and what parks or releases it. */
  async finish(ledger: Settlement['ledger'], answers: readonly WishAnswer[] = []): Promise<void> {
    const counts = this.context.counts;
    const target = this.origin === 'left' ? 'right' : 'left';
    counts[this.origin].examined += 1;
    if (this.parked.length > 0) {
      counts[this.origin].parked += 1;
      if (this.outcome === 'unchanged' || this.outcome === 'skipped') this.outcome = 'parked';
      this.message ??= this.parked[0]?.reason;
    }
    if (this.outcome === 'created') counts[target].created += 1;
    else if (this.outcome === 'skipped') counts[this.origin].skipped += 1;
    else if (this.outcome === 'conflicted') counts[this.origin].conflicted += 1;
    else if (this.outcome === 'unchanged') counts[this.origin].unchanged += 1;
    // That what was parked is through must be told: else its last record would say that it failed.
    const quiet = this.outcome === 'unchanged' && this.log.length === 0 && this.previous === undefined;
    const isParked = this.parked.some((one) => one.side === this.origin && one.id === this.id);
    const released = this.previous !== undefined && !isParked;
    await this.context.store.settle({
      ...EMPTY,
      ...(this.pair === undefined ? {} : { pair: this.pair }),
      ledger,
      parked: this.parked,
      released: released ? [{ side: this.origin, id: this.id }] : [],
      log: this.log,
      ...(answers.length === 0 ? {} : { answers }),
      ...(this.why === 'migration' ? { migrated: this.migrated() } : {}),
      ...(quiet
        ? {}
        : {
            sync: this.record(),
          }),
    });
  }

  private migrated(): Migrated {
    const { origin: side, id, outcome, message } = this;
    return { side, id, outcome, ...(message === undefined ? {} : { message }) };
  }

  /** What there is to say by now; its journal and parts are told once. */
  private record(): SyncRecord {
    const remedy = this.parked[0]?.remedy;
    return {
      ...this.items,
      origin: this.origin,
      outcome: this.outcome,
      at: instant(this.context.clock.now()),
      journal: this.journal.splice(0),
      parts: this.parts.splice(0),
      ...(this.message === undefined ? {} : { message: this.message }),
      ...(this.parked.length === 0 ? {} : { failed: true }),
      ...(remedy === undefined ? {} : { remedy }),
      ...(this.unmet.length === 0 ? {} : { unmet: this.unmet }),
    };
  }
}

const EMPTY = {
  ledger: [],
  parts: [],
  closedIntents: [],
  conflicts: [],
  parked: [],
  released: [],
  log: [],
} as const;

/** The pair with one side replaced. */
export function withSide(pair: Pair, side: Side, item: PairedItem): Pair {
  return { ...pair, [side]: item } as Pair;
}

export type Seen = Partial<Record<keyof Both<Item>, Item>>;
