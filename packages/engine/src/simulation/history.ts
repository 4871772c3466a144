import type { Quirks } from '@lockstep/connectors';
import type { AlreadyMigrated } from '../migration/request.ts';
import type {
  Both,
  Brakes,
  ConflictPolicy,
  DeletionPolicy,
  Direction,
  Side,
} from '../configuration/integration.ts';

/** What goes wrong at one moment of a run. */
export const FAULT_KINDS = [
  'connection refused',
  'answer lost before',
  'answer lost after',
  'server error',
  'rate limit',
  'rate limit without a time',
  'retry storm',
  'web page',
  'token expired',
  'delay',
  'overtaken',
  'death at a call',
  'death after a call',
  'death at a commit',
  'death after a commit',
  'store lost before',
  'store lost after',
  'second worker',
  'person meanwhile',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault at the n-th moment of a run, or the first behind it where it can happen. */
export interface Fault {
  /** From 0. Remote calls and commits are counted, each before and after; with `on`, those of that name. */
  readonly at: number;
  /** A side and a kind of call, e.g. `right write`, or a commit, e.g. `commit settle`. */
  readonly on?: string;
  readonly kind: FaultKind;
  /** For `person meanwhile`: what that person does. */
  readonly step?: PersonStep;
}

interface On {
  readonly side: Side;
  readonly by: number;
}

/** What a person does. Items are named by the number of their creation; values carry the number of the step. */
export type PersonStep =
  | (On & { readonly kind: 'create'; readonly item: number; readonly visibility: 'public' | 'private' })
  | (On & { readonly kind: 'title' | 'due' | 'tag'; readonly item: number; readonly mark: number })
  | (On & { readonly kind: 'untag'; readonly item: number })
  | (On & {
      readonly kind: 'text';
      readonly item: number;
      readonly mark: number;
      readonly paragraph: number;
      readonly how: 'replace' | 'append' | 'remove';
    })
  | (On & {
      readonly kind: 'choose';
      readonly item: number;
      readonly field: 'status' | 'priority' | 'severity' | 'assignee';
      readonly choice: number;
    })
  | (On & {
      readonly kind: 'comment';
      readonly item: number;
      readonly mark: number;
      readonly visibility: 'public' | 'private' | 'unknown';
    })
  | (On & { readonly kind: 'file' | 'link'; readonly item: number; readonly mark: number })
  /** Takes the n-th comment or file away, whoever made it. */
  | (On & { readonly kind: 'uncomment' | 'detach'; readonly item: number; readonly which: number })
  | (On & {
      readonly kind: 'leave' | 'enter' | 'delete' | 'restore' | 'hide' | 'show';
      readonly item: number;
    });

/** What an administrator asks for of one item, as the two sides stand. */
export interface WishStep {
  readonly kind: 'wish';
  readonly wish: 'resync' | 'hard-resync' | 'recreate' | 'resolve' | 'undo';
  readonly item: number;
  /** The side whose values are to stand. Of an undo: `newest` is that of the latest run, else of all of them. */
  readonly from: Side | 'newest';
}

/** What an administrator asked for of one item. */
export interface Asked {
  readonly item: number;
  readonly wish: WishStep['wish'];
  /** By our clock. */
  readonly at: number;
}

export type Step =
  | PersonStep
  | WishStep
  | { readonly kind: 'pass'; readonly milliseconds: number }
  | { readonly kind: 'run'; readonly faults: readonly Fault[] }
  /** A slice of the migration under way; of a new one as asked, where none is. */
  | {
      readonly kind: 'migrate';
      readonly from: Side;
      readonly alreadyMigrated: AlreadyMigrated;
      readonly faults: readonly Fault[];
    }
  | { readonly kind: 'pause' }
  /** What of the pause is to sync; all of it unless said otherwise. */
  | { readonly kind: 'resume'; readonly what?: 'recent' | 'all' | 'none' }
  | { readonly kind: 'policy'; readonly policy: ConflictPolicy }
  /** Whether, and in which direction, a field is mapped from now on. */
  | { readonly kind: 'map'; readonly field: MappedField; readonly direction: Direction | 'none' }
  /** How the options of a field are mapped from now on: each to its like, or several to one. */
  | { readonly kind: 'options'; readonly table: OptionTable }
  /** The token of our account is renewed, should it have expired. */
  | { readonly kind: 'renew token'; readonly side: Side }
  /** Our account loses its rights, or gets them back: all of them, or those to one item. */
  | { readonly kind: 'blind' | 'see'; readonly side: Side; readonly item?: number }
  | { readonly kind: 'backup' | 'return to backup'; readonly side: Side };

/** Fields whose mapping administrators change. */
export const MAPPED_FIELDS = ['priority', 'assignee', 'due', 'labels'] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];
export type OptionTable = 'alike' | 'joined';

/** What the administrators chose, where it is not the usual. */
export interface Settings {
  readonly deletion?: Partial<Both<DeletionPolicy>>;
  readonly brakes?: Brakes;
  /** Milliseconds from the beginning: what did not change since is not synced. Default: everything is. */
  readonly enabledAt?: number;
  /** What is older is migrated: by some of the steps, and in the end from both sides. */
  readonly migrates?: true;
}

/** One whole history as data: played, it gives the same trace each time; any of its steps can be left out. */
export interface History {
  readonly seed: number;
  readonly quirks: Both<Quirks>;
  readonly skew: Both<number>;
  readonly steps: readonly Step[];
  readonly settings?: Settings;
}
