import type { Side } from '../../configuration/integration.ts';
import { SIDES } from '../../configuration/integration.ts';
import { carriesTo } from '../mapping.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import type { Deed } from '../watched-tracker.ts';
import { mappingAt, timeOf } from './items.ts';

/** Had a whole run seen the item outside, and its latest change indexed, before the write? */
function isKnownOutside(world: SimulatedWorld, side: Side, { id, at, outsideSince }: Deed): boolean {
  const tracker = world.trackers[side];
  const lag = (tracker.quirks.indexLag ?? 0) + (tracker.quirks.timestampStep ?? 1);
  const ours = tracker.now() - world.now;
  if (outsideSince === undefined || tracker.onceUnseen.has(id)) return false;
  return world.successes.some(({ began, ended }) => {
    const latest = tracker.deeds.findLast((deed) => deed.id === id && deed.at <= began + ours)?.at ?? 0;
    return latest >= outsideSince && began + ours > latest + lag && ended + ours < at;
  });
}

/** P5: what is out of scope, private, or one-way the other way, is never written. */
export function untouched(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  for (const side of SIDES) {
    for (const deed of world.trackers[side].deeds) {
      if (deed.by !== SYNC) continue;
      if (isKnownOutside(world, side, deed))
        violations.push(`${side} ${deed.id} was written while it was out of scope (P5)`);
      const mapping = mappingAt(world, timeOf(world, side, deed));
      for (const field of Object.keys(deed.fields))
        if (field !== 'reference' && !carriesTo(mapping, field, side))
          violations.push(`${side} ${deed.id}: ${field} was written, and the mapping does not go there (P5)`);
    }
  }
  return violations;
}
