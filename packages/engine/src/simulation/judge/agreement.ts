import type { StoredItem } from '@lockstep/connectors';
import type { Both, Side } from '../../configuration/integration.ts';
import { other, SIDES } from '../../configuration/integration.ts';
import { carriesTo, isAlike, isSameFor } from '../mapping.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { Deed } from '../watched-tracker.ts';
import { isOpen, isParked, itemsByName, mappingAt, peopleDid, plain, text, timeOf } from './items.ts';
import { isDroppedMeanwhile, isJustInSight, isSetBack, wasHidden } from './limits.ts';
import { isLeftOut } from './left-out.ts';
import { isDecided } from './decided.ts';

const FIELDS = ['title', 'description', 'status', 'priority', 'assignee', 'due', 'labels'];

/** P7: whatever may sync is on both sides and says the same there, unless it stands parked. */
export function agreement(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  for (const [name, both] of itemsByName(world)) {
    const all = [...both.left, ...both.right];
    if (!all.every(isOpen) || isParked(world, both) || isJustInSight(world, both)) continue;
    if (isLeftOut(world, both)) continue;
    if (isSetBack(world, name) || (wasHidden(world, both) && all.length > 2)) continue;
    const [left] = both.left;
    const [right] = both.right;
    if (left === undefined || right === undefined) {
      violations.push(`${name} is on the ${left === undefined ? 'right' : 'left'} side only (P2)`);
      continue;
    }
    for (const field of FIELDS) {
      const [one, another] = [left, right].map((item) =>
        plain(text(item.fields[field]).replaceAll('u-', '')),
      ) as [string, string];
      if (isAlike(world.mapping, field, one, another) || !isAgreedOn(world, both, field)) continue;
      if (isDroppedMeanwhile(world, both, field) || isDecided(world, both, field)) continue;
      violations.push(`${name}: ${field} is “${one}” and “${another}” (P7)`);
    }
  }
  return violations;
}

/** Has the mapping carried the field, and been the same, since a person set it last? */
function isAgreedOn(world: SimulatedWorld, both: Both<readonly StoredItem[]>, field: string): boolean {
  if (world.mappings.length === 1) return true;
  // Of a set each side keeps what it alone was given while the mapping did not carry it.
  if (field === 'labels' && world.mappings.some(({ mapping }) => mapping.fields.labels !== 'both'))
    return false;
  const [latest] = SIDES.flatMap((side) =>
    peopleDid(world, side)
      .filter(({ id }) => both[side].some((item) => String(item.number) === id))
      .filter(
        ({ what, fields, replaced }) =>
          what === 'create' || (field in fields && text(fields[field]) !== text(replaced[field])),
      )
      .map((deed) => ({ side, deed, at: timeOf(world, side, deed) })),
  ).toSorted((a, b) => b.at - a.at);
  if (latest === undefined) return true;
  if (isSetAsBefore(world, latest, field)) return false;
  const mappings = [
    mappingAt(world, latest.at),
    ...world.mappings.filter(({ since }) => since > latest.at).map(({ mapping }) => mapping),
  ];
  return mappings.every(
    (mapping) => carriesTo(mapping, field, other(latest.side)) && isSameFor(field, mapping, world.mapping),
  );
}

/** Was the field set to what it had been, with no run in between? Then there is no change to carry. */
function isSetAsBefore(
  world: SimulatedWorld,
  { side, deed, at }: { readonly side: Side; readonly deed: Deed; readonly at: number },
  field: string,
): boolean {
  const looked = world.told.findLast(({ began }) => began < at)?.began ?? 0;
  return peopleDid(world, side).some(
    (earlier) =>
      earlier !== deed &&
      earlier.id === deed.id &&
      earlier.at <= deed.at &&
      timeOf(world, side, earlier) >= looked &&
      field in earlier.replaced &&
      text(earlier.replaced[field]) === text(deed.fields[field]),
  );
}
