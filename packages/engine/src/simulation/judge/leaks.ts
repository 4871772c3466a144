import type { StoredItem } from '@lockstep/connectors';
import type { Side } from '../../configuration/integration.ts';
import { other, SIDES } from '../../configuration/integration.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import type { Deed } from '../watched-tracker.ts';
import { marksOf, nameOf, text } from './items.ts';

/** P6: what is private on one side is private on the other or not there; what is unknown is not there. */
export function leaks(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  for (const side of SIDES) {
    const there = [...world.trackers[other(side)].items.values()];
    for (const item of world.trackers[side].items.values()) {
      if (item.visibility === 'private') violations.push(...told(world, side, item));
      for (const comment of item.comments) {
        if (comment.author.id === SYNC || comment.visibility === 'public') continue;
        const copy = there.flatMap((one) => one.comments).find((one) => one.body.includes(comment.body));
        if (copy !== undefined && (copy.visibility !== 'private' || comment.visibility === 'unknown'))
          violations.push(
            `${nameOf(item)}: the ${comment.visibility} comment “${comment.body}” is ${copy.visibility} on the other side (P6)`,
          );
      }
    }
  }
  return violations;
}

/** What was said in an item since it became private, and is on the other side all the same. */
function told(world: SimulatedWorld, side: Side, item: StoredItem): string[] {
  const deeds = world.trackers[side].deeds.filter(({ id }) => id === String(item.number));
  const hidden = deeds.findLastIndex(({ what }) => what === 'visibility');
  const name = nameOf(item);
  const there = [...world.trackers[other(side)].items.values()].filter((one) => nameOf(one) === name);
  // It was public, and a return to a backup made it private again.
  const wasShown = world.trackers[side].undone.some(
    ({ id, what, text: to }) => what === 'visibility' && to === 'public' && id === String(item.number),
  );
  if (wasShown) return [];
  const isMade = hidden < 0 && deeds[0]?.by !== SYNC && there.some((one) => isMadeByUs(world, side, one));
  if (isMade) return [`${name} was private from the beginning, and is on the other side (P6)`];
  return deeds.slice(hidden + 1).flatMap((deed) => {
    if (deed.by === SYNC || deed.what === 'uncomment' || deed.what === 'detach') return [];
    const said = [
      ...marksOf(deed).map(({ value }) => value),
      ...(deed.text === undefined ? [] : [deed.text]),
    ];
    return said
      .filter((value) => there.some((one) => shows(one, value)))
      .map((value) => `${name}: “${value}” was said in private, and is on the other side (P6)`);
  });
}

function isMadeByUs(world: SimulatedWorld, side: Side, item: StoredItem): boolean {
  return world.trackers[other(side)].deeds.some(
    ({ what, by, id }: Deed) => what === 'create' && by === SYNC && id === String(item.number),
  );
}

function shows(item: StoredItem, said: string): boolean {
  return (
    Object.values(item.fields).some((value) => text(value).includes(said)) ||
    item.comments.some(({ body }) => body.includes(said)) ||
    item.files.some(({ name }) => name === said)
  );
}
