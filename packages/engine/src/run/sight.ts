import type { ItemId } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { RunContext } from './context.ts';

/** Known items that are asked for together; seeing one is enough. */
const SAMPLE = 20;

/**
 * Before an item is called gone: does the account see any other? Some trackers show empty lists and missing items to
 * an account that lost its rights; that must not look like deletions.
 */
export async function canSee(context: RunContext, side: Side, gone: ItemId): Promise<boolean> {
  const tracker = context.trackers[side];
  if (tracker.hasSeen !== undefined) return tracker.hasSeen;
  const pairs = await context.store.somePairs(SAMPLE);
  const ids = pairs.map((pair) => pair[side].id).filter((id) => id !== gone);
  if (ids.length === 0) return false;
  const seen = await tracker.call((signal) => tracker.connector.items.get(ids, signal));
  tracker.hasSeen = seen.length > 0;
  return tracker.hasSeen;
}
