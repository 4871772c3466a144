import type { Side } from '../../configuration/integration.ts';
import { SIDES } from '../../configuration/integration.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import { peopleDid, text } from './items.ts';
import { isBeyondUs } from './limits.ts';

/** P4: every value that we overwrote can be found in the journal or in a conflict. */
export function journal(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  for (const side of SIDES) {
    for (const deed of world.trackers[side].deeds) {
      if (deed.by !== SYNC || deed.what !== 'edit') continue;
      for (const [field, value] of Object.entries(deed.fields)) {
        const before = text(deed.replaced[field]);
        if (before === '' || before === text(value) || isKnown(world, side, field, before)) continue;
        if (isWrittenBeyondUs(world, side, deed.id, field, before)) continue;
        violations.push(`${side} ${deed.id}: ${field} “${before}” was overwritten without a trace (P4)`);
      }
    }
  }
  return violations;
}

function isWrittenBeyondUs(
  world: SimulatedWorld,
  side: Side,
  id: string,
  field: string,
  value: string,
): boolean {
  return peopleDid(world, side).some(
    (deed) => deed.id === id && text(deed.fields[field]) === value && isBeyondUs(world, side, deed),
  );
}

function isKnown(world: SimulatedWorld, side: Side, field: string, before: string): boolean {
  return (
    world.state.syncs.some((sync) =>
      sync.journal.some((one) => one.side === side && one.field === field && text(one.before) === before),
    ) ||
    [...world.state.conflicts.values()].some(
      (one) => one.field[side] === field && text(one[side].value) === before,
    )
  );
}
