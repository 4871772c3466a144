import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { PairPlan } from '../plan/plan.ts';
import type { Pair } from '../ports/records.ts';
import { isRefusal } from './park.ts';
import type { Work } from './work.ts';

/**
 * What the target refused, or took and did not store, is tried again when the item that it comes from is: not whenever
 * the target comes up, which it does after every such try (P3). The side that waits so is told.
 */
export async function withoutRefused(
  work: Work,
  plan: PairPlan,
): Promise<{ readonly plan: PairPlan; readonly waiting?: Side }> {
  const source = other(work.origin);
  const isRefused = (write: PairPlan['writes'][number]['write']): boolean =>
    work.origin in write && !(source in write);
  if (!plan.writes.some(({ write }) => isRefused(write))) return { plan };
  const { id } = (work.pair as Pair)[source];
  const parked = (await work.context.store.parked(source, [id])).get(id);
  if (parked === undefined || !isRefusal(parked.kind)) return { plan };
  return { plan: { ...plan, writes: plan.writes.filter(({ write }) => !isRefused(write)) }, waiting: source };
}
