import type { StoredItem } from '@lockstep/connectors';
import type { FieldValue } from '@lockstep/sdk';
import type { Both, Side } from '../../configuration/integration.ts';
import { other, SIDES } from '../../configuration/integration.ts';
import { AT_FIRST, carriesTo } from '../mapping.ts';
import type { Mapping } from '../mapping.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { OUTSIDE, SYNC } from '../watched-tracker.ts';
import type { Deed } from '../watched-tracker.ts';

/** Every item that people made, by name, with what stands for it on each side. */
export function itemsByName(world: SimulatedWorld): ReadonlyMap<string, Both<readonly StoredItem[]>> {
  const found = new Map<string, { left: StoredItem[]; right: StoredItem[] }>();
  for (const side of SIDES) {
    for (const item of world.trackers[side].items.values()) {
      const name = nameOf(item);
      const both = found.get(name) ?? { left: [], right: [] };
      both[side].push(item);
      found.set(name, both);
    }
  }
  return found;
}

export function nameOf(item: StoredItem): string {
  return String(item.fields['title']).split(' ')[0] ?? '';
}

/** May the item sync, as it stands? */
export function isOpen(item: StoredItem): boolean {
  const labels = (item.fields['labels'] ?? []) as readonly string[];
  return !item.deleted && item.visibility === 'public' && !labels.includes(OUTSIDE);
}

/** Is one of these items parked, where people can see why? */
export function isParked(world: SimulatedWorld, both: Both<readonly StoredItem[]>): boolean {
  return SIDES.some((side) =>
    both[side].some((item) => world.state.parked.has(`${side}:${String(item.number)}`)),
  );
}

/** The limit of reading changes: that an item comes into sight is no change of it, and tells of none that went before. */
export function isJustInSight(world: SimulatedWorld, both: Both<readonly StoredItem[]>): boolean {
  return SIDES.some((side) =>
    both[side].some((item) => world.trackers[side].comeIntoSight.has(String(item.number))),
  );
}

/** The limit of looking for an unanswered copy: one that our account may not see is not found, and made once more. */
export function wasHidden(world: SimulatedWorld, both: Both<readonly StoredItem[]>): boolean {
  return SIDES.some((side) =>
    both[side].some(
      ({ number }) =>
        world.trackers[side].onceUnseen.has(String(number)) &&
        world.trackers[side].deeds.find(({ id }) => id === String(number))?.by === SYNC,
    ),
  );
}

/**
 * The limit of numbers given again: what is written without a reading, or while a person makes the new item, can go to
 * the item that has the number now. So it is where a run had something to write when the backup came back, or made a
 * copy that got such a number.
 */
export function isMixedUp(world: SimulatedWorld, name: string): boolean {
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
  return SIDES.some((side) => world.trackers[side].takenAway.has(name));
}

/**
 * The limit of reading changes, again: what a backup took back is no change, and told by none. Once somebody edits the
 * item on the other side it is made good, fields at least; an edit on the side that was set back carries what it shows.
 */
export function isSetBack(world: SimulatedWorld, name: string): boolean {
  return (
    isMixedUp(world, name) ||
    SIDES.some((side) => {
      const since = world.trackers[side].setBack.get(name);
      if (since === undefined) return false;
      // Not there any more: told as missing, or parked, and left alone on the other side.
      if (world.trackers[side].takenAway.has(name)) return true;
      const isEdited = (on: Side, from: number): boolean =>
        peopleDid(world, on).some(
          (deed) =>
            deed.at >= from &&
            nameIn(world, on, deed.id) === name &&
            (on === side || isToBeCarried(world, on, deed)),
        );
      const { trackers } = world;
      const there = since - trackers[side].now() + trackers[other(side)].now();
      return (
        isEdited(side, since) || !isEdited(other(side), there) || trackers[other(side)].setBack.has(name)
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

function nameIn(world: SimulatedWorld, side: Side, id: string): string | undefined {
  const item = world.trackers[side].items.get(id);
  return item === undefined ? undefined : nameOf(item);
}

/** What people did on a side, in order. */
export function peopleDid(world: SimulatedWorld, side: Side): readonly Deed[] {
  return world.trackers[side].deeds.filter((deed) => deed.by !== SYNC);
}

export function text(value: unknown): string {
  return (Array.isArray(value) ? value.map(String).toSorted() : [String(value ?? '')])
    .join(',')
    .replaceAll('\r', '')
    .trim();
}

/**
 * The limit of a tracker without compare-and-set: what a person writes between our reading and our write, when the
 * answer to that write, which would have told, is lost too.
 */
export function isBeyondUs(world: SimulatedWorld, side: Side, { meanwhile }: Deed): boolean {
  const versioning = world.trackers[side].quirks.versioning ?? 'compare-and-set';
  return versioning !== 'compare-and-set' && meanwhile !== undefined && world.shaken.has(meanwhile);
}

/** A text without what trackers mark up each in their own way. */
export function plain(value: string): string {
  return value.replaceAll(/\*\*|__/g, '');
}

/** When it was done, by our clock. */
export function timeOf(world: SimulatedWorld, side: Side, deed: Deed): number {
  const tracker = world.trackers[side];
  return deed.at - (tracker.now() - world.now);
}

/** The mapping at a time of our clock. */
export function mappingAt(world: SimulatedWorld, at: number): Mapping {
  return world.mappings.findLast(({ since }) => since <= at)?.mapping ?? AT_FIRST;
}

/** Was what somebody set on this side to be carried over, from then on and without a pause? */
export function isCarried(world: SimulatedWorld, side: Side, deed: Deed, field: string): boolean {
  const at = timeOf(world, side, deed);
  const later = world.mappings.filter(({ since }) => since > at).map(({ mapping }) => mapping);
  return [mappingAt(world, at), ...later].every((mapping) => carriesTo(mapping, field, other(side)));
}

export interface Mark {
  readonly what: string;
  readonly value: string;
}

/** The values of an edit that nobody else sets: its title, its day, its new words and labels. */
export function marksOf(deed: Deed): readonly Mark[] {
  if (deed.what !== 'edit') return [];
  return Object.entries(deed.fields).flatMap(([what, value]): Mark[] => {
    const added = unique(value).filter((one) => !unique(deed.replaced[what] ?? null).includes(one));
    return added.map((one) => ({ what, value: one }));
  });
}

export function unique(value: FieldValue): readonly string[] {
  return text(value).match(/mark\d+x|2030-\d\d-\d\d|203[1-9]-\d\d-\d\d/g) ?? [];
}
