import type { FieldValue } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { Conflict, JournalEntry } from './records.ts';

/** How a conflict is to end: with one side's recorded value, the newer of both, or another, given in a side's own form. */
export type Resolution = Side | 'newest' | { readonly side: Side; readonly value: FieldValue };

/** What a person wants of one pair. */
export type Wanted =
  /** Every mapped field counts as modified on that side, or on the one modified later, and is written to the other. */
  | { readonly kind: 'hard-resync'; readonly from: Side | 'newest' }
  /** The conflict as it was when it was looked at. */
  | { readonly kind: 'resolve'; readonly conflict: Conflict; readonly choice: Resolution }
  /** Of a run or an item, in words; its journal entries, newest first. */
  | { readonly kind: 'undo'; readonly of: string; readonly entries: readonly JournalEntry[] };

/** Who resolved a conflict that was over before anybody had decided it. */
export const OVERTAKEN = 'a change of the items or of their mapping';

/** A wish, kept until a run that gets to the pair has granted it, or refused it with a reason. */
export interface Wish {
  readonly id: string;
  readonly pairId: string;
  readonly who: string;
  readonly wanted: Wanted;
}

/** What became of a wish. */
export interface WishAnswer {
  readonly id: string;
  readonly who: string;
  /** The conflict that it was about. */
  readonly conflict?: string;
  /** Why it was not granted; nothing was written for it then. */
  readonly refused?: string;
}
