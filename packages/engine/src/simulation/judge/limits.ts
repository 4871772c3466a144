import type { StoredItem } from '@lockstep/connectors';
import type { Both, Side } from '../../configuration/integration.ts';
import { other, SIDES } from '../../configuration/integration.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import type { Deed } from '../watched-tracker.ts';
import { isCarried, nameIn, peopleDid, text, timeOf } from './items.ts';

/**
 * The limit of a tracker without compare-and-set: what a person writes between our reading and our write, when the
 * answer to that write, which would have told, is lost too.
 */
export function isBeyondUs(world: SimulatedWorld, side: Side, { meanwhile }: Deed): boolean {
  if (!world.limits.has('written meanwhile, answer lost')) return false;
  const versioning = world.trackers[side].quirks.versioning ?? 'compare-and-set';
  return versioning !== 'compare-and-set' && meanwhile !== undefined && world.shaken.has(meanwhile);
}

/** The same where a person sets such a field at the very moment of our write: what is stored looks like ours, dropped. */
export function isDroppedMeanwhile(
  world: SimulatedWorld,
  both: Both<readonly StoredItem[]>,
  field: string,
): boolean {
  return (
    world.limits.has('dropped, answer lost') &&
    SIDES.some(
      (side) =>
        world.trackers[side].quirks.drops?.includes(field) === true &&
        peopleDid(world, side).some(
          ({ id, meanwhile, fields }) =>
            meanwhile !== undefined &&
            field in fields &&
            both[side].some(({ number }) => String(number) === id),
        ),
    )
  );
}

/**
 * The limit of a tracker that drops a value without a word: when the answer that would have shown it is lost, and a
 * person sets the field before we look, that looks like an edit of ours.
 */
export function isDroppedUnseen(world: SimulatedWorld, side: Side, field: string): boolean {
  return (
    world.limits.has('dropped, answer lost') &&
    world.trackers[other(side)].quirks.drops?.includes(field) === true &&
    world.shaken.size > 0
  );
}

/** The limit of looking for an unanswered copy: one that our account may not see is not found, and made once more. */
export function wasHidden(world: SimulatedWorld, both: Both<readonly StoredItem[]>): boolean {
  if (!world.limits.has('copy out of sight')) return false;
  return SIDES.some((side) =>
    both[side].some(
      ({ number }) =>
        world.trackers[side].onceUnseen.has(String(number)) &&
        world.trackers[side].deeds.find(({ id }) => id === String(number))?.by === SYNC,
    ),
  );
}

/** The limit of reading changes: that an item comes into sight is no change of it, and tells of none that went before. */
export function isJustInSight(world: SimulatedWorld, both: Both<readonly StoredItem[]>): boolean {
  if (!world.limits.has('come into sight')) return false;
  return SIDES.some((side) =>
    both[side].some((item) => world.trackers[side].comeIntoSight.has(String(item.number))),
  );
}

/**
 * The limit of numbers given again: what is written without a reading, or while a person makes the new item, can go to
 * the item that has the number now. So it is where a run had something to write when the backup came back, or made a
 * copy that got such a number.
 */
export function isMixedUp(world: SimulatedWorld, name: string): boolean {
  if (!world.limits.has('numbers given again')) return false;
  return SIDES.some((side) => {
    const { freed, takenAway, items, deeds } = world.trackers[side];
    const given = deeds.filter(({ what, id }) => what === 'create' && freed.has(id) && items.has(id));
    const isConcerned = takenAway.has(name) || given.some(({ id }) => nameIn(world, side, id) === name);
    const isOurs = given.some(({ by, meanwhile }) => by === SYNC || meanwhile !== undefined);
    return given.length > 0 && isConcerned && (isOurs || hadToWrite(world, side));
  });
}

/** Was anything of what was taken away changed on the other side, and not carried yet when the backup came back? */
function hadToWrite(world: SimulatedWorld, side: Side): boolean {
  const { takenAway, setBack } = world.trackers[side];
  const there = other(side);
  return peopleDid(world, there).some((deed) => {
    const name = nameIn(world, there, deed.id) ?? '';
    const returned = (setBack.get(name) ?? 0) - (world.trackers[side].now() - world.now);
    const carried = world.successes.findLast(({ ended }) => ended < returned)?.began ?? 0;
    return takenAway.has(name) && timeOf(world, there, deed) >= carried;
  });
}

/** Was it taken away by a backup? Its counterpart is left alone then, and told as without one. */
export function isTakenAway(world: SimulatedWorld, name: string): boolean {
  return world.limits.has('set back') && SIDES.some((side) => world.trackers[side].takenAway.has(name));
}

/**
 * The limit of reading changes, again: what a backup took back is no change, and told by none. Once somebody edits the
 * item on the other side it is made good, fields at least; an edit on the side that was set back carries what it shows.
 */
export function isSetBack(world: SimulatedWorld, name: string): boolean {
  if (!world.limits.has('set back')) return isMixedUp(world, name);
  return (
    isMixedUp(world, name) ||
    SIDES.some((side) => {
      const since = world.trackers[side].setBack.get(name);
      if (since === undefined) return false;
      // Not there any more: told as missing, or parked, and left alone on the other side.
      if (world.trackers[side].takenAway.has(name)) return true;
      if (world.trackers[side].setBackAgain.has(name)) return true;
      const isEdited = (on: Side, from: number): boolean =>
        peopleDid(world, on).some(
          (deed) =>
            deed.at >= from &&
            nameIn(world, on, deed.id) === name &&
            (on === side || isToBeCarried(world, on, deed)),
        );
      const { trackers } = world;
      // A comment or file of ours makes it look as if it were as new as we last saw it, or newer.
      const isAddedTo = trackers[side].deeds.some(
        ({ by, what, at, id }) =>
          by === SYNC &&
          (what === 'comment' || what === 'file') &&
          at >= since &&
          nameIn(world, side, id) === name,
      );
      const there = since - trackers[side].now() + trackers[other(side)].now();
      return (
        isEdited(side, since) ||
        isAddedTo ||
        !isEdited(other(side), there) ||
        trackers[other(side)].setBack.has(name)
      );
    })
  );
}

/** Was it done before the item was set back, so that it may be gone with that? */
export function isBeforeSetBack(world: SimulatedWorld, name: string, on: Side, deed: Deed): boolean {
  return SIDES.some((side) => {
    const since = world.trackers[side].setBack.get(name);
    return since !== undefined && timeOf(world, on, deed) < since - (world.trackers[side].now() - world.now);
  });
}

/** Did it change a field that goes to the other side? */
function isToBeCarried(world: SimulatedWorld, side: Side, deed: Deed): boolean {
  return Object.keys(deed.fields).some(
    (field) =>
      deed.what === 'edit' &&
      text(deed.fields[field]) !== text(deed.replaced[field]) &&
      isCarried(world, side, deed, field),
  );
}
