import { other, SIDES } from '../../configuration/integration.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { SYNC } from '../watched-tracker.ts';
import { nameOf } from './items.ts';

/** P6: what is private on one side is private on the other or not there; what is unknown is not there. */
export function leaks(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  for (const side of SIDES) {
    const there = [...world.trackers[other(side)].items.values()];
    for (const item of world.trackers[side].items.values()) {
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
