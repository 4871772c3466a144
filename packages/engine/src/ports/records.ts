import type { FieldId, FieldValue, Instant, ItemId, Version } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import type { UnmetCondition } from '../filter/evaluate.ts';
import type { RequestReference } from './trace.ts';

/** An item's fields in its side's own form as last agreed, with the version they were read at. */
export interface Base {
  readonly version: Version;
  /** Of that version, by the tracker's clock: a feed row older than this is stale and never believed. */
  readonly updatedAt: Instant;
  readonly fields: Readonly<Record<FieldId, FieldValue>>;
}

/** Where one side of a pair stands. */
export interface PairedItem {
  readonly id: ItemId;
  readonly key: string;
  readonly url: string;
  readonly type: string;
  readonly base: Base;
  /** The rule that it failed at the last look: nothing is written to it until it passes again. */
  readonly heldBack?: string;
  /** It changed while its counterpart was out of scope: to be looked at when that returns. */
  readonly isUnheard?: true;
  /** Set when the item was not there at the first look; a second look confirms it. */
  readonly missingSince?: Instant;
}

/** Two items that are counterparts. An item is in at most one pair of an integration. */
export interface Pair extends Both<PairedItem> {
  readonly id: string;
  /** `unlinked`: kept as memory, followed no more. */
  readonly state: 'active' | 'unlinked';
  readonly createdAt: Instant;
  /** Runs in a row that wrote this pair with nobody editing, and the side written last. */
  readonly streak: number;
  readonly lastWritten?: Side;
}

/** What is paired inside a pair: comments and attachments. `hash` is of the content in that side's own form. */
export interface PartPair {
  readonly kind: 'comment' | 'attachment';
  readonly left: { readonly id: string; readonly hash: string };
  readonly right: { readonly id: string; readonly hash: string };
}

/** A version already seen. `firm` only when no later change can share it. */
export interface LedgerEntry {
  readonly side: Side;
  readonly id: ItemId;
  readonly version: Version;
  readonly firm: boolean;
  /** Why the item is not in sync, when it is not; names the rule it failed. */
  readonly skipped?: string;
}

export interface StoredCursor {
  /** Of scope, filters and types; under another one the side is re-read from `since`. */
  readonly fingerprint: string;
  /** Poll start minus overlap, in the tracker's clock. */
  readonly since: Instant;
}

export type IntentKind = 'create' | 'update' | 'comment' | 'attachment' | 'link' | 'delete';

/**
 * The durable row written before a remote write. Its id says what is written, not when: the same work can never
 * have two (P1). For a create it is also the marker.
 */
export interface Intent {
  readonly id: string;
  readonly kind: IntentKind;
  /** The side written to. */
  readonly side: Side;
  /** The item whose change is carried. */
  readonly source: ItemId;
  /** The item written to. For a create: known only where its number was another item's before. */
  readonly target?: ItemId;
  /** The comment or attachment carried. */
  readonly part?: string;
  /** Hash of what is sent, to recognise it where there is no marker. */
  readonly fingerprint: string;
  /** For a create or update: the values sent, and the source's values they carry; they become the bases if the write took. */
  readonly sent?: {
    readonly target: Readonly<Record<FieldId, FieldValue>>;
    readonly source: Readonly<Record<FieldId, FieldValue>>;
    /** For an update that a person asked for: in whose words the journal tells of it, by the target's fields. */
    readonly because?: Readonly<Record<FieldId, { readonly text: string; readonly by: string }>>;
    /** For an update: whose change it carries, where the tracker told. */
    readonly by?: string;
    /** For an update: the target's values that it replaces. */
    readonly before?: Readonly<Record<FieldId, FieldValue>>;
    /** For a create: what tries before this one sent, oldest first; which of them arrived is not known. */
    readonly earlier?: readonly Tried[];
    /** For a create: our clock, when the first of those tries was sent. */
    readonly since?: Instant;
  };
  /** Our clock, when the row was last committed before sending. */
  readonly sentAt: Instant;
}

/** What one try of a write sent. */
export interface Tried {
  readonly target: Readonly<Record<FieldId, FieldValue>>;
  readonly source: Readonly<Record<FieldId, FieldValue>>;
}

/** An item whose sync failed and waits. */
export interface Parked {
  readonly side: Side;
  readonly id: ItemId;
  readonly key: string;
  readonly kind: string;
  readonly reason: string;
  readonly remedy?: string;
  readonly field?: FieldId;
  readonly attempts: number;
  /** Absent: waits for a person. */
  readonly nextTry?: Instant;
}

export interface Conflict {
  readonly id: string;
  readonly pairId: string;
  readonly field: { readonly left: FieldId; readonly right: FieldId };
  readonly base: Both<FieldValue>;
  readonly left: { readonly value: FieldValue; readonly at?: Instant; readonly by?: string };
  readonly right: { readonly value: FieldValue; readonly at?: Instant; readonly by?: string };
  /** `open` waits for a person (policy ask); the others say what was done, the loser being kept here. */
  readonly outcome: 'open' | 'left' | 'right' | 'merged';
  /** Where both texts were merged: what both sides were to have then. */
  readonly merged?: Both<FieldValue>;
  readonly reason: string;
}

/** One field written on one side; the journal (P4). */
export interface JournalEntry {
  readonly side: Side;
  readonly field: FieldId;
  readonly before: FieldValue;
  readonly after: FieldValue;
  readonly reason: string;
  /** The person whose change it carries, where the tracker told. */
  readonly by?: string;
}

export type SyncOutcome =
  | 'created'
  | 'adopted'
  | 'updated'
  | 'unchanged'
  | 'skipped'
  | 'conflicted'
  | 'parked'
  | 'unlinked'
  | 'deleted';

/** An item as a record names it. */
export interface RecordedItem {
  readonly id: ItemId;
  readonly key: string;
  readonly url: string;
  /** Id of its type. */
  readonly type?: string;
  /** Of its first required text, as last seen. */
  readonly title?: string;
}

/** A condition of a filter that kept an item out. */
export interface KeptOutBy extends UnmetCondition {
  readonly filter: 'all' | 'new' | 'synced';
  readonly side: Side;
}

/** The outcome of one item in one run. */
export interface SyncRecord {
  readonly left?: RecordedItem;
  readonly right?: RecordedItem;
  readonly origin: Side;
  readonly outcome: SyncOutcome;
  readonly at: Instant;
  readonly journal: readonly JournalEntry[];
  /** Comments, files and references written, in words. */
  readonly parts: readonly string[];
  readonly message?: string;
  /** Something of it failed and waits, parked; what else there was to do may be done. */
  readonly failed?: true;
  /** What to do about what failed. */
  readonly remedy?: string;
  /** Conditions that it did not meet, where a filter kept it out. */
  readonly unmet?: readonly KeptOutBy[];
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogLine {
  readonly level: LogLevel;
  readonly at: Instant;
  readonly text: string;
  readonly item?: { readonly side: Side; readonly id: ItemId; readonly key: string };
  /** Of a warning or an error: the request that went before it. */
  readonly request?: RequestReference;
}

/** Counted per side written to, or examined on. */
export interface SideCounts {
  readonly examined: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly conflicted: number;
  readonly parked: number;
  readonly comments: number;
  readonly attachments: number;
  readonly requests: number;
  /** Milliseconds spent waiting for the budget or Retry-After. */
  readonly waited: number;
}

/** `braked`: stopped before the first write. `stopped`: asked to, after the item in hand. */
export type RunOutcome = 'succeeded' | 'failed' | 'stopped' | 'braked';

export interface RunSummary extends Both<SideCounts> {
  readonly outcome: RunOutcome;
  /** When not succeeded: what happened and how to mend it. When succeeded: what of the mapping no longer fits the trackers. */
  readonly message?: string;
  readonly remedy?: string;
  /** When failed: the sides whose tracker refused the account or did not answer. */
  readonly broken?: readonly Side[];
}
