import type { Side } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import type { Conflict, JournalEntry, Pair } from '../ports/records.ts';
import type { WishStep } from './history.ts';
import { find } from './people.ts';
import type { SimulatedWorld } from './simulated-world.ts';

const COUNTED: Readonly<Record<WishStep['wish'], string>> = {
  resync: 'resync asked for',
  'hard-resync': 'hard resync asked for',
  recreate: 'recreation asked for',
  resolve: 'resolution asked for',
  undo: 'undo asked for',
};

/** So many items are looked through for one of which the wish makes sense; histories have fewer. */
const LOOKED_AT = 30;

/** Does what the server does when an administrator asks: of the item, or of the next one that has something to ask for. */
export function ask(world: SimulatedWorld, step: WishStep): void {
  for (let offset = 0; offset < LOOKED_AT; offset += 1) {
    const item = (step.item + offset) % LOOKED_AT;
    if (!askOf(world, step, item)) continue;
    world.asked.push({ item, wish: step.wish, at: world.now });
    world.count(COUNTED[step.wish]);
    world.tell(`an administrator asks for ${step.wish} of item ${item} (${String(step.from)})`);
    return;
  }
}

/** What the server would refuse is not asked for: false. */
function askOf(world: SimulatedWorld, step: WishStep, item: number): boolean {
  const { state } = world;
  const since = new Date(world.now).toISOString();
  const known = SIDES.flatMap((side) => {
    const id = find(world.trackers[side], item);
    return id === undefined ? [] : [{ side, id }];
  });
  const pair = known
    .map(({ side, id }) => state.pairs.get(state.byItem.get(`${side}:${id}`) ?? ''))
    .find((one) => one?.state === 'active');
  if (step.wish !== 'recreate') return pair !== undefined && wishOf(world, pair, step, since);
  if (pair !== undefined) return false;
  const failed = known.flatMap(({ side, id }) => state.parked.get(`${side}:${id}`) ?? []);
  for (const parked of failed) {
    state.parked.set(`${parked.side}:${parked.id}`, { ...parked, attempts: 0 });
    state.mark(parked.side, parked.id, since);
  }
  return failed.length > 0;
}

function wishOf(world: SimulatedWorld, pair: Pair, step: WishStep, since: string): boolean {
  const { state } = world;
  const who = 'the administrator';
  switch (step.wish) {
    case 'hard-resync':
      state.wish(pair, who, { kind: 'hard-resync', from: step.from }, since);
      return true;
    case 'resolve': {
      const conflict = latestConflict(world, pair);
      if (conflict !== undefined)
        state.wish(pair, who, { kind: 'resolve', conflict, choice: step.from }, since);
      return conflict !== undefined;
    }
    case 'undo': {
      const entries = changesOf(world, pair, step.from === 'newest');
      if (entries.length > 0) state.wish(pair, who, { kind: 'undo', of: 'some changes', entries }, since);
      return entries.length > 0;
    }
    default:
      for (const side of SIDES) state.mark(side, pair[side].id, since);
      return true;
  }
}

function latestConflict(world: SimulatedWorld, pair: Pair): Conflict | undefined {
  return [...world.state.conflicts.values()].findLast(
    ({ id, pairId }) => pairId === pair.id && world.state.resolutions.get(id)?.by === undefined,
  );
}

/** Newest first: of the latest run that changed the pair, or of all. */
function changesOf(world: SimulatedWorld, pair: Pair, isLatest: boolean): readonly JournalEntry[] {
  const syncs = world.state.syncs.filter(
    ({ left, right, journal }) =>
      journal.length > 0 && (left?.id === pair.left.id || right?.id === pair.right.id),
  );
  const run = syncs.at(-1)?.run;
  return syncs
    .filter((one) => !isLatest || one.run === run)
    .flatMap(({ journal }) => journal)
    .toReversed();
}

/** Was something asked for that overwrites values of this item? Then what it overwrites is in the journal, as all is. */
export function isAskedFor(world: SimulatedWorld, name: string): boolean {
  return world.asked.some(({ item, wish }) => `item${item}x` === name && OVERWRITING.includes(wish));
}

const OVERWRITING: readonly WishStep['wish'][] = ['hard-resync', 'resolve', 'undo'];

/** When changes of a field of these items were undone, by our clock, latest last. */
export function undoneAt(
  world: SimulatedWorld,
  ids: Readonly<Record<Side, readonly string[]>>,
  field: string,
): readonly number[] {
  return world.state.syncs.flatMap(({ left, right, journal, at }) => {
    const isOf = ids.left.includes(left?.id ?? '') || ids.right.includes(right?.id ?? '');
    return isOf && journal.some((one) => one.field === field && one.reason.startsWith('the undo of'))
      ? [Date.parse(at)]
      : [];
  });
}
