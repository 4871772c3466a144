import type { Both, Side } from '../configuration/integration.ts';
import type { FieldDifference } from './differences.ts';

/** A pair that is not in agreement. */
export interface DriftFinding extends Both<{
  readonly id: string;
  readonly key: string;
  readonly url: string;
}> {
  readonly pairId: string;
  readonly result: 'differing' | 'missing' | 'undecided';
  /** Of the pair as a whole: of its first field, `parked`, or what kept it from being compared. */
  readonly why: string;
  readonly reason: string;
  readonly fields: readonly FieldDifference[];
  /** The sides on which the item is not there. */
  readonly gone: readonly Side[];
}
