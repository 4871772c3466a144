import type { Side } from '../state.ts';

export type ViolationKind = 'duplicates' | 'lost' | 'diverged' | 'leaked';

/** One broken promise, said so that somebody can look it up in the trackers. */
export interface Violation {
  readonly kind: ViolationKind;
  /** The item's token. */
  readonly token: string;
  readonly side: Side;
  readonly what: string;
}
