import type { ItemId } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';

/** A request to a tracker, as a log line names it: no query, no secret. */
export interface RequestReference {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly milliseconds: number;
}

/** Knows which requests were sent for which item. */
export interface RunTrace {
  /** What `work` sends is sent for this item. */
  inHand<T>(item: { readonly side: Side; readonly id: ItemId }, work: () => Promise<T>): Promise<T>;
  /** The latest request sent for the item in hand; for the run, where none is in hand. */
  latestRequest(): RequestReference | undefined;
}
