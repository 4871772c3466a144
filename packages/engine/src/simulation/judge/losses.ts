import type { StoredItem } from '@lockstep/connectors';
import type { Both } from '../../configuration/integration.ts';
import { other, SIDES } from '../../configuration/integration.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import type { Deed } from '../watched-tracker.ts';
import type { Mark } from './items.ts';
import { isCarried, isOpen, isParked, itemsByName, marksOf, nameOf, peopleDid, unique } from './items.ts';
import { isAskedFor } from '../asked.ts';
import { isReplacedAsAsked } from './migrated.ts';
import {
  isBeyondUs,
  isDroppedUnseen,
  isJustInSight,
  isBeforeSetBack,
  isMixedUp,
  isSetBack,
  isTakenAway,
} from './limits.ts';
import { isLeftOut } from './left-out.ts';

/**
 * P2: every value that a person set is on both sides, or was replaced by a person who saw it, or stands in a conflict
 * or parked record. Values carry the number of the step that set them, so each can be told apart.
 */
export function losses(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  const items = itemsByName(world);
  for (const side of SIDES) {
    for (const deed of peopleDid(world, side)) {
      const item = world.trackers[side].items.get(deed.id);
      const both = item === undefined ? undefined : items.get(nameOf(item));
      if (item === undefined || both === undefined) continue;
      if (![...both.left, ...both.right].every(isOpen) || isParked(world, both)) continue;
      if (isLeftOut(world, both)) continue;
      const name = nameOf(item);
      if (isJustInSight(world, both) || isMixedUp(world, name) || isTakenAway(world, name)) continue;
      if (isSetBack(world, name) && isBeforeSetBack(world, name, side, deed)) continue;
      for (const mark of isBeyondUs(world, side, deed) ? [] : marksOf(deed)) {
        if (!isCarried(world, side, deed, mark.what) || isDroppedUnseen(world, side, mark.what)) continue;
        if (shows(both, mark) || isReplaced(world, both, mark) || isInConflict(world, mark)) continue;
        if (isReplacedAsAsked(world, mark.what, mark.value, isAskedFor(world, name))) continue;
        violations.push(`${nameOf(item)}: ${mark.what} “${mark.value}” of the ${side} side is lost (P2)`);
      }
      const wasSetBack = SIDES.some((one) => world.trackers[one].setBack.has(nameOf(item)));
      if ((deed.what === 'comment' || deed.what === 'file') && !wasSetBack)
        violations.push(...lostPart(world, side, deed, both, item));
    }
  }
  return violations;
}

function shows(both: Both<readonly StoredItem[]>, mark: Mark): boolean {
  return SIDES.every((side) =>
    both[side].some((item) => unique(item.fields[mark.what] ?? null).includes(mark.value)),
  );
}

/** Did a person, who saw it, take it away? */
function isReplaced(world: SimulatedWorld, both: Both<readonly StoredItem[]>, mark: Mark): boolean {
  return SIDES.some((side) =>
    [...peopleDid(world, side), ...world.trackers[side].undone].some(
      (deed) =>
        deed.by !== SYNC &&
        both[side].some((item) => String(item.number) === deed.id) &&
        unique(deed.replaced[mark.what] ?? null).includes(mark.value) &&
        !unique(deed.fields[mark.what] ?? null).includes(mark.value),
    ),
  );
}

function isInConflict(world: SimulatedWorld, mark: Mark): boolean {
  return [...world.state.conflicts.values()].some(
    (one) =>
      one.field.left === mark.what &&
      [one.left.value, one.right.value].some((value) => unique(value).includes(mark.value)),
  );
}

function lostPart(
  world: SimulatedWorld,
  side: 'left' | 'right',
  deed: Deed,
  both: Both<readonly StoredItem[]>,
  item: StoredItem,
): string[] {
  const said = deed.text ?? '';
  const there = both[other(side)];
  const isDeleted = SIDES.some((one) =>
    peopleDid(world, one).some(
      ({ what, text = '' }) => (what === 'uncomment' || what === 'detach') && text.includes(said),
    ),
  );
  if (isDeleted) return [];
  if (deed.what === 'file') {
    const size = item.files.find((file) => file.name === said)?.size;
    return there.some((one) => one.files.some((file) => file.name === said && file.size === size))
      ? []
      : [`${nameOf(item)}: file ${said} of the ${side} side is not on the other (P2)`];
  }
  const visibility = item.comments.find((one) => one.body === said)?.visibility;
  const keeps = world.trackers[other(side)].quirks.privateComments !== false;
  if (visibility === 'unknown' || (visibility === 'private' && !keeps)) return [];
  return there.some((one) => one.comments.some((comment) => comment.body.includes(said)))
    ? []
    : [`${nameOf(item)}: comment “${said}” of the ${side} side is not on the other (P2)`];
}
