import { other, SIDES } from '../../configuration/integration.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import { itemsByName, nameOf, peopleDid } from './items.ts';

/** P3: a value is only written where somebody set it on the other side; anything else is our own voice come back. */
export function echoes(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  const items = itemsByName(world);
  for (const side of SIDES) {
    const there = peopleDid(world, other(side));
    for (const deed of world.trackers[side].deeds) {
      const item = world.trackers[side].items.get(deed.id);
      if (deed.by !== SYNC || deed.what !== 'edit' || item === undefined) continue;
      const counterparts = items.get(nameOf(item))?.[other(side)].map((one) => String(one.number)) ?? [];
      for (const field of Object.keys(deed.fields)) {
        const isSet = there.some(
          ({ what, id, fields }) =>
            counterparts.includes(id) && (what === 'create' || (what === 'edit' && field in fields)),
        );
        if (!isSet && field !== 'reference')
          violations.push(
            `${side} ${deed.id}: ${field} was written, and nobody set it on the other side (P3)`,
          );
      }
    }
  }
  return violations;
}
