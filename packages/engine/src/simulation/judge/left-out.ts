import type { Both, Side } from '../../configuration/integration.ts';
import { other, SIDES } from '../../configuration/integration.ts';
import type { StoredItem } from '@lockstep/connectors';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import { isOpen, itemsByName, timeOf } from './items.ts';
import { isTakenUp } from './migrated.ts';

/** Milliseconds around a stretch in which a tracker's coarse times and ours may differ about what belongs to it. */
const BLUR = 70_000;

/** Did anything happen to these items in a stretch of a pause that was left out, or near it? */
export function isLeftOut(world: SimulatedWorld, both: Both<readonly StoredItem[]>): boolean {
  return SIDES.some((side) =>
    timesOf(world, side, both).some((at) =>
      world.leftOut.some(({ from, until }) => at > from - BLUR && at < until + BLUR),
    ),
  );
}

/** P5: an item of which all that ever happened lies in a stretch that was left out is not carried. */
export function leftOut(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  for (const [name, both] of itemsByName(world)) {
    if (![...both.left, ...both.right].every(isOpen)) continue;
    for (const side of SIDES) {
      const times = timesOf(world, side, both);
      const isInside = world.leftOut.some(({ from, until }) =>
        times.every((at) => at > from + BLUR && at < until - BLUR),
      );
      const isTaken = isTakenUp(
        world,
        side,
        both[side].map(({ number }) => String(number)),
      );
      if (isTaken || times.length === 0 || !isInside || both[other(side)].length === 0) continue;
      const isOurs = both[other(side)].every(
        (item) => world.trackers[other(side)].deeds.find(({ id }) => id === String(item.number))?.by === SYNC,
      );
      if (isOurs)
        violations.push(`${name} was left out of the ${side} side, and is on the other all the same (P5)`);
    }
  }
  return violations;
}

/** When anything happened to these items on a side, by our clock. */
function timesOf(world: SimulatedWorld, side: Side, both: Both<readonly StoredItem[]>): readonly number[] {
  return world.trackers[side].deeds
    .filter(({ id, by }) => by !== SYNC && both[side].some((item) => String(item.number) === id))
    .map((deed) => timeOf(world, side, deed));
}
