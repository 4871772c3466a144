import { other, SIDES } from '../../configuration/integration.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import { nameOf, peopleDid } from './items.ts';

/** P2: we delete only what a person deleted on the other side. */
export function deletions(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  for (const side of SIDES) {
    const { deeds, items } = world.trackers[side];
    const there = world.trackers[other(side)].items;
    for (const deed of deeds) {
      const item = items.get(deed.id);
      if (deed.by !== SYNC || deed.what !== 'delete' || item === undefined) continue;
      const name = nameOf(item);
      const isMeant = peopleDid(world, other(side)).some(({ what, id }) => {
        const source = there.get(id);
        return what === 'delete' && source !== undefined && nameOf(source) === name;
      });
      if (!isMeant)
        violations.push(`${name} was deleted on the ${side} side, and by nobody on the other (P2)`);
    }
  }
  return violations;
}
