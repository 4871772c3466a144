import type { Both } from '../configuration/integration.ts';
import type { SpoolCount } from './store.ts';

/** What a run found to do on a side, before it did any of it. */
export interface SidePlan {
  /** Changed items that have a counterpart. */
  readonly changed: number;
  /** Items without a counterpart: to be created over there, adopted, or left out by a rule. */
  readonly unpaired: number;
  /** Items that the tracker says are gone. */
  readonly deleted: number;
  /** Parked items whose next try is due. */
  readonly retried: number;
  /** Items that somebody asked to look at again. */
  readonly resynced: number;
  /** Items of writes that got no answer. */
  readonly unanswered: number;
}

export type RunPlan = Both<SidePlan>;

const WORDS = { deleted: 'deleted', retry: 'retried', resync: 'resynced', unanswered: 'unanswered' } as const;

/** The spool of a run, counted, as its plan. */
export function planOf(counts: readonly SpoolCount[]): RunPlan {
  const plan = { left: nothing(), right: nothing() };
  for (const { side, why, isPaired, count } of counts) {
    const known = why === 'changed' || why === 'migration' ? undefined : WORDS[why];
    plan[side][known ?? (isPaired ? 'changed' : 'unpaired')] += count;
  }
  return plan;
}

function nothing(): { -readonly [Key in keyof SidePlan]: number } {
  return { changed: 0, unpaired: 0, deleted: 0, retried: 0, resynced: 0, unanswered: 0 };
}
