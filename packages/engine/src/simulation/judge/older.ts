import { other, SIDES } from '../../configuration/integration.ts';
import { START } from '../simulated-world.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import { nameIn, peopleDid, timeOf } from './items.ts';
import { isTakenUp } from './migrated.ts';

/** Milliseconds: two clocks are told apart in whole seconds. */
const MARGIN = 2_000;

/** P5: what nobody touched since the integration was enabled is copied by a migration only. */
export function older(world: SimulatedWorld): string[] {
  const { enabledAt } = world.settings;
  if (enabledAt === undefined) return [];
  return SIDES.flatMap((side) => {
    const there = other(side);
    const step = world.trackers[there].quirks.timestampStep ?? 1;
    const begun = START + enabledAt - 2 * step - MARGIN;
    return world.trackers[side].deeds.flatMap((deed) => {
      if (deed.what !== 'create' || deed.by !== SYNC) return [];
      const name = nameIn(world, side, deed.id);
      const at = timeOf(world, side, deed);
      const touched = peopleDid(world, there).filter((one) => nameIn(world, there, one.id) === name);
      const isOld = touched.every(
        (one) => timeOf(world, there, one) < begun || timeOf(world, there, one) > at,
      );
      const isTaken = isTakenUp(
        world,
        there,
        touched.map(({ id }) => id),
      );
      return touched.length === 0 || !isOld || isTaken
        ? []
        : [`${name ?? deed.id} is older than the integration, and was copied without a migration (P5)`];
    });
  });
}
