import type { Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { Pair } from '../ports/records.ts';
import { parkSide } from './park.ts';
import type { Seen, Work } from './work.ts';

/** Does another item stand under the number of a paired one? Then both wait for a person, and nothing is written. True: they do. */
export async function isGivenAgain(work: Work, seen: Seen): Promise<boolean> {
  const pair = work.pair as Pair;
  const side = SIDES.find((one) => isAnother(pair, one, seen[one]));
  if (side === undefined) return false;
  const { key } = pair[side];
  const counterpart = pair[other(side)].key;
  const reason = `${key} is not the item that was paired with ${counterpart}: it was made later, under the same number; the ${side} tracker seems to have been restored from a backup`;
  const remedy = `Nothing is written to either. Make ${key} once more in its tracker, so that it gets a number of its own, and do the same for ${counterpart}.`;
  for (const one of SIDES) await parkSide(work, one, 'restored', reason, { waits: true, remedy });
  return true;
}

/**
 * Was it made after the paired one was last seen? A tracker that was restored from a backup counts on from there. Both
 * times are the tracker's own.
 */
export function isAnother(pair: Pair, side: Side, item: Pick<Item, 'createdAt'> | undefined): boolean {
  const lastSeen = Date.parse(pair[side].base.updatedAt);
  // 0 is the time of an item that was paired unseen.
  return item !== undefined && lastSeen > 0 && Date.parse(item.createdAt) > lastSeen;
}
