import type { FieldValue } from '@lockstep/sdk';
import { other, SIDES } from '../../configuration/integration.ts';
import type { Side } from '../../configuration/integration.ts';
import type { JournalEntry } from '../../ports/records.ts';
import type { Wish } from '../../ports/wish.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import { nameIn, peopleDid, plain, text, timeOf } from './items.ts';
import { isMixedUp } from './limits.ts';
import { hasReplaced } from './migrated.ts';

/** P2: what somebody asked for is done, or refused with a reason; and an undo stays on its side until a person edits it. */
export function wishes(world: SimulatedWorld): string[] {
  return [...unanswered(world), ...flownBack(world), ...overwritten(world)];
}

function unanswered(world: SimulatedWorld): string[] {
  return [...world.state.wishes.values()].flatMap(({ pairId, wanted }: Wish) => {
    const pair = world.state.pairs.get(pairId);
    const isWaiting =
      pair !== undefined && SIDES.some((side) => world.state.parked.has(`${side}:${pair[side].id}`));
    return isWaiting
      ? []
      : [`the wish for ${wanted.kind} of ${pair?.left.key ?? pairId} was never answered (P2)`];
  });
}

/** An undo replaces what the sync wrote, a resolution what the conflict is about: nothing that came later. */
function overwritten(world: SimulatedWorld): string[] {
  const { syncs, conflicts } = world.state;
  return syncs.flatMap((sync) =>
    sync.journal.flatMap(({ side, field, before, after, reason }) => {
      const isUndo = reason.startsWith('the undo of');
      if ((!isUndo && !reason.startsWith('the resolution of')) || text(before) === text(after)) return [];
      const known = isUndo
        ? syncs
            .flatMap(({ journal }) => journal.filter((one) => one.field === field && one.side === side))
            .map((one) => one.after)
        : [...conflicts.values()]
            .filter((one) => one.field[side] === field)
            .flatMap((one) => [
              one.left.value,
              one.right.value,
              one.merged?.left ?? null,
              one.merged?.right ?? null,
            ]);
      const words = (value: FieldValue): string => plain(text(value).replaceAll('u-', ''));
      if (known.some((one) => words(one) === words(before))) return [];
      const what = `${String(sync[side]?.key)}: ${field} “${text(before)}”`;
      return [`${what} was overwritten by ${isUndo ? 'an undo' : 'a resolution'} that was not about it (P4)`];
    }),
  );
}

function flownBack(world: SimulatedWorld): string[] {
  return world.state.syncs.flatMap((sync) =>
    sync.journal.flatMap(({ side, field, before, after, reason }) => {
      const there = other(side);
      const [here, id] = [sync[side]?.id, sync[there]?.id];
      if (!reason.startsWith('the undo of') || here === undefined || id === undefined) return [];
      const name = nameIn(world, side, here) ?? '';
      const at = Date.parse(sync.at);
      const isTouched =
        isMixedUp(world, name) ||
        hasReplaced(world) ||
        SIDES.some((one) => world.trackers[one].setBack.has(name)) ||
        world.asked.some((one) => `item${one.item}x` === name && one.wish !== 'resync' && one.at >= at) ||
        world.mappings.length > 1 ||
        peopleDid(world, side).some(
          (deed) => deed.id === here && field in deed.fields && timeOf(world, side, deed) >= at - LEAST,
        );
      if (isTouched) return [];
      return (
        world.trackers[there].deeds
          .filter((deed) => deed.by === SYNC && deed.id === id && timeOf(world, there, deed) >= at)
          // In the same run the other side may have been undone as well.
          .filter(({ fields }) => !isUndone(sync.journal, there, field, fields[field] ?? null))
          .filter(
            ({ fields }) =>
              field in fields && text(fields[field]) === text(after) && text(after) !== text(before),
          )
          .map(() => `${name}: what was undone on the ${side} side, ${field}, was carried to the other (P4)`)
      );
    }),
  );
}

function isUndone(journal: readonly JournalEntry[], side: Side, field: string, value: FieldValue): boolean {
  return journal.some(
    (one) =>
      one.side === side &&
      one.field === field &&
      one.reason.startsWith('the undo of') &&
      text(one.after) === text(value),
  );
}

/** Milliseconds: a run that undoes may last as long. */
const LEAST = 3_600_000;
