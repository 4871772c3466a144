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

export function nameIn(world: SimulatedWorld, side: Side, id: string): string | undefined {
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

/** A text without what trackers mark up each in their own way. */
export function plain(value: string): string {
  return value.replace(NOTE, '').replaceAll(/\*\*|__/g, '');
}

/** What the copy of a migrated item says of its origin. */
const NOTE = /(^|\s+)Written by .+ UTC, and migrated\.\s*$/iu;

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
