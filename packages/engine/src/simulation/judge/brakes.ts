import { SIDES } from '../../configuration/integration.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import { text } from './items.ts';

/** ENGINE §5: no run overwrites or deletes more items than the brake lets through. */
export function brakes(world: SimulatedWorld): string[] {
  const { share = 1, atLeast = 1_000_000 } = world.settings.brakes ?? {};
  const limit = Math.max(atLeast, Math.ceil(world.state.pairs.size * share));
  return world.told.flatMap(({ name, began, ended, at }) => {
    const affected = SIDES.flatMap((side) => {
      const ahead = world.trackers[side].now() - world.now;
      return world.trackers[side].deeds
        .filter((deed) => deed.by === SYNC && deed.at - ahead >= began && deed.at - ahead <= at)
        .filter(
          ({ what, fields, replaced }) =>
            what === 'delete' ||
            Object.entries(fields).some(
              ([field, value]) => text(replaced[field]) !== '' && text(replaced[field]) !== text(value),
            ),
        )
        .map(({ id }) => `${side} ${id}`);
    });
    const items = new Set(affected).size;
    return items > limit
      ? [`${name} ${ended} and changed ${items} items; the brake stood at ${limit} (brake)`]
      : [];
  });
}
