import { SIDES } from '../state.ts';
import type { Found } from '../state.ts';

/** Writes between two looks at the trackers, during which nobody did anything: entries of Lockstep, or an item that moved. */
export function echoesOf(before: Found, after: Found): readonly string[] {
  return SIDES.flatMap((side) => {
    const earlier = new Map(before[side].map((it) => [it.id, it]));
    return after[side].flatMap((item) => {
      const was = earlier.get(item.id);
      if (was === undefined) return [`${item.url} was made`];
      const fresh = item.ownEntries.filter((it) => !was.ownEntries.includes(it));
      if (fresh.length > 0) return fresh.map((it) => `${item.url} has the new entry ${it}`);
      return item.updatedAt === was.updatedAt ? [] : [`${item.url} was touched without an entry`];
    });
  });
}
