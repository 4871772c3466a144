import type { FieldValue } from '@lockstep/sdk';
import type { Side } from '../../configuration/integration.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { unique } from './items.ts';

/** Has a migration taken up any of these items of a side? */
export function isTakenUp(world: SimulatedWorld, side: Side, ids: readonly string[]): boolean {
  return [...world.state.migrations.values()].some(
    ({ request, items }) => request.from === side && ids.some((id) => items.has(id)),
  );
}

/** Did an administrator ask for the counterparts of some items to be written anew, whatever stands there? */
export function hasReplaced(world: SimulatedWorld): boolean {
  return [...world.state.migrations.values()].some(({ request }) => request.alreadyMigrated === 'replace');
}

/** Was the value overwritten because of that, or as was asked for of its item, and is it in the journal? */
export function isReplacedAsAsked(
  world: SimulatedWorld,
  field: string,
  value: string,
  isAsked: boolean,
): boolean {
  const holds = (before: FieldValue): boolean => unique(before).includes(value);
  return (
    (hasReplaced(world) || isAsked) &&
    world.state.syncs.some(({ journal }) =>
      journal.some((one) => one.field === field && holds(one.before) && !holds(one.after)),
    )
  );
}
