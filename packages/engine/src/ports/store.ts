import type { Instant, Item, ItemId } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import type { MigrationTerms } from '../migration/request.ts';
import type {
  Conflict,
  Intent,
  LedgerEntry,
  LogLine,
  Pair,
  Parked,
  PartPair,
  StoredCursor,
  SyncOutcome,
  SyncRecord,
} from './records.ts';
import type { Wish, WishAnswer } from './wish.ts';

/** The run no longer owns its integration: another took over. It must stop writing at once. */
export class LeaseLost extends Error {
  constructor(runId: string) {
    super(`run ${runId} no longer owns its integration; another run took over`);
    this.name = 'LeaseLost';
  }
}

/** The store itself failed: nothing can be settled, so the run ends; what was under way is found again by its intents. */
export class StoreFailed extends Error {
  constructor(cause: unknown) {
    super(`the store failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'StoreFailed';
  }
}

/** A change detected in this run and not yet settled; spooled so that no scope is ever held in memory. */
export interface DetectedChange {
  readonly side: Side;
  readonly id: ItemId;
  readonly why: 'changed' | 'retry' | 'resync' | 'deleted' | 'unanswered' | 'migration';
  /** As the feed gave it; absent when it has to be read. */
  readonly item?: Item;
}

/** How many changes of one kind a run has spooled. */
export interface SpoolCount {
  readonly side: Side;
  readonly why: DetectedChange['why'];
  /** The item has a counterpart. */
  readonly isPaired: boolean;
  readonly count: number;
}

/** Everything one item's sync leaves behind; stored in one transaction, all or nothing. */
export interface Settlement {
  /** Inserted or replaced by id. */
  readonly pair?: Pair;
  readonly ledger: readonly LedgerEntry[];
  /** Inserted or replaced by (pair, kind, left id, right id). */
  readonly parts: readonly PartPair[];
  /** Intents done with, by id. */
  readonly closedIntents: readonly string[];
  readonly conflicts: readonly Conflict[];
  /** Ids of the pair's open conflicts that stand; when given, its other open ones are over. */
  readonly standing?: readonly string[];
  /** Wishes granted or refused; they are done with. */
  readonly answers?: readonly WishAnswer[];
  readonly parked: readonly Parked[];
  /** Parked items that are through. */
  readonly released: readonly { readonly side: Side; readonly id: ItemId }[];
  /** The item's record in this run; a later one of the same origin item adds its journal and parts and replaces the rest. */
  readonly sync?: SyncRecord;
  /** The same of an item whose sync goes on: it stays due. */
  readonly underWay?: SyncRecord;
  /** What became of an item that a migration has in hand. */
  readonly migrated?: Migrated;
  readonly log: readonly LogLine[];
}

/** One item of a migration, dealt with. */
export interface Migrated {
  readonly side: Side;
  readonly id: ItemId;
  readonly outcome: SyncOutcome;
  readonly message?: string;
}

/**
 * What the engine remembers of ONE integration during ONE run. Every write is fenced: it checks, in its own
 * transaction, that the run still owns the integration and throws `LeaseLost` otherwise. Every write is durable
 * when its promise resolves.
 */
export interface Store {
  cursors(): Promise<Partial<Both<StoredCursor>>>;
  saveCursors(cursors: Partial<Both<StoredCursor>>): Promise<void>;

  /** Entries known for these items; one statement. */
  ledger(side: Side, ids: readonly ItemId[]): Promise<ReadonlyMap<ItemId, LedgerEntry>>;

  /** Pairs (of any state) that these items are in, by the item's id; one statement. */
  pairs(side: Side, ids: readonly ItemId[]): Promise<ReadonlyMap<ItemId, Pair>>;
  countPairs(): Promise<number>;
  /** Any active pairs, at most so many. */
  somePairs(limit: number): Promise<readonly Pair[]>;
  parts(pairId: string): Promise<readonly PartPair[]>;

  /** Opens the intent, or touches `sentAt` and fingerprint of the one of that id which this same run or a dead one left open. */
  openIntent(intent: Intent): Promise<void>;
  /** Intents left open, whichever run wrote them, oldest first. */
  openIntents(): Promise<readonly Intent[]>;
  intent(id: string): Promise<Intent | undefined>;
  closeIntent(id: string): Promise<void>;

  /** Parked items whose next try is due, and items marked for resync (the mark is cleared when settled). */
  due(
    now: Instant,
    limit: number,
  ): Promise<readonly { readonly side: Side; readonly id: ItemId; readonly why: 'retry' | 'resync' }[]>;
  parked(side: Side, ids: readonly ItemId[]): Promise<ReadonlyMap<ItemId, Parked>>;

  /** What people want of these pairs, by the pair's id, the earliest first; one statement. */
  wishes(pairIds: readonly string[]): Promise<ReadonlyMap<string, readonly Wish[]>>;

  /** Of these items those that a migration took up, with what it asked for: their age keeps them out no longer. */
  takenUp(side: Side, ids: readonly ItemId[]): Promise<ReadonlyMap<ItemId, MigrationTerms>>;

  /** Adds to this run's spool; the later change of an item replaces the earlier one, but one that was marked for resync stays that. */
  spool(changes: readonly DetectedChange[]): Promise<void>;
  spooled(): Promise<number>;
  /** The same by side and kind; one statement. */
  spoolCounts(): Promise<readonly SpoolCount[]>;
  /** The spool in the order of arrival, behind the given position, at most `limit`. */
  readSpool(
    after: number,
    limit: number,
  ): Promise<readonly (DetectedChange & { readonly position: number })[]>;

  settle(settlement: Settlement): Promise<void>;
  log(lines: readonly LogLine[]): Promise<void>;
}
