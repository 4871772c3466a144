import type { StoredItem } from '@lockstep/connectors';
import type { Both, Side } from '../../configuration/integration.ts';
import { SIDES } from '../../configuration/integration.ts';
import { isAskedFor, undoneAt } from '../asked.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { nameOf, peopleDid, text, timeOf } from './items.ts';

/** Do the two sides differ in a field because a person decided so, or is to decide? */
export function isDecided(world: SimulatedWorld, both: Both<readonly StoredItem[]>, field: string): boolean {
  const ids = (side: Side): readonly string[] => both[side].map(({ number }) => String(number));
  const of = { left: ids('left'), right: ids('right') };
  const undone = undoneAt(world, of, field).at(-1);
  if (undone !== undefined && (field === 'labels' || !isEditedSince(world, of, field, undone))) return true;
  // A mapping that went one way when it was resolved left one side as it was.
  const name = nameOf(both.left[0] ?? (both.right[0] as StoredItem));
  if (world.mappings.length > 1 && isAskedFor(world, name)) return true;
  return isOpen(world, of, field);
}

function isEditedSince(
  world: SimulatedWorld,
  ids: Both<readonly string[]>,
  field: string,
  since: number,
): boolean {
  return SIDES.some((side) =>
    peopleDid(world, side).some(
      (deed) =>
        ids[side].includes(deed.id) &&
        deed.what === 'edit' &&
        field in deed.fields &&
        text(deed.fields[field]) !== text(deed.replaced[field]) &&
        timeOf(world, side, deed) > since,
    ),
  );
}

function isOpen(world: SimulatedWorld, ids: Both<readonly string[]>, field: string): boolean {
  const { conflicts, resolutions, pairs } = world.state;
  return [...conflicts.values()].some(({ id, pairId, outcome, field: mapped }) => {
    const pair = pairs.get(pairId);
    const isOfThese = pair !== undefined && SIDES.every((side) => ids[side].includes(pair[side].id));
    return outcome === 'open' && isOfThese && mapped.left === field && resolutions.get(id)?.by === undefined;
  });
}
