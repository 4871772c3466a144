import { other, SIDES } from '../../configuration/integration.ts';
import { AT_FIRST, isSameFor } from '../mapping.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import { isAskedFor } from '../asked.ts';
import { hasReplaced } from './migrated.ts';
import type { Deed } from '../watched-tracker.ts';
import { itemsByName, nameOf, peopleDid } from './items.ts';

/** P3: a value is only written where somebody set it on the other side; anything else is our own voice come back. */
export function echoes(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  const items = itemsByName(world);
  for (const side of SIDES) {
    const there = peopleDid(world, other(side));
    // What a backup took back, on either side, is written again where it is known.
    const undone = SIDES.flatMap((one) => world.trackers[one].undone).filter(({ by }) => by !== SYNC);
    for (const deed of world.trackers[side].deeds) {
      const item = world.trackers[side].items.get(deed.id);
      if (deed.by !== SYNC || deed.what !== 'edit' || item === undefined) continue;
      // The limit of reading changes: once edited, what was set back counts as that edit.
      if (world.trackers[other(side)].setBack.has(nameOf(item))) continue;
      const counterparts = items.get(nameOf(item))?.[other(side)].map((one) => String(one.number)) ?? [];
      for (const field of Object.keys(deed.fields)) {
        const sets = ({ what, fields }: Deed): boolean =>
          what === 'create' || (what === 'edit' && field in fields);
        const isSet = there.some((one) => counterparts.includes(one.id) && sets(one)) || undone.some(sets);
        // A field that came to be mapped says what it shows, be it a default.
        const isNewlyMapped = world.mappings.some(({ mapping }) => !isSameFor(field, mapping, AT_FIRST));
        if (
          !isSet &&
          !isNewlyMapped &&
          field !== 'reference' &&
          !hasReplaced(world) &&
          !isAskedFor(world, nameOf(item))
        )
          violations.push(
            `${side} ${deed.id}: ${field} was written, and nobody set it on the other side (P3)`,
          );
      }
    }
  }
  return violations;
}
