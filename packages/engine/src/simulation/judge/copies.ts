import { SIDES } from '../../configuration/integration.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { itemsByName, nameOf } from './items.ts';
import { isMixedUp, wasHidden } from './limits.ts';

/** P1: nothing is there twice. */
export function copies(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  for (const [name, both] of itemsByName(world)) {
    if (isMixedUp(world, name) || wasHidden(world, both)) continue;
    for (const side of SIDES) {
      // A copy that a person deleted before it was known to be ours may be made again.
      const living = both[side].filter((item) => !item.deleted);
      if (living.length > 1)
        violations.push(`${name} is there ${living.length} times on the ${side} side (P1)`);
    }
  }
  for (const side of SIDES) {
    const seen = new Map<string, number>();
    for (const item of world.trackers[side].items.values()) {
      if (isMixedUp(world, nameOf(item))) continue;
      const marks = [
        ...item.comments.map((one) => `comment ${/mark\d+x/.exec(one.body)?.[0] ?? one.body}`),
        ...item.files.map((one) => `file ${one.name}`),
      ];
      for (const mark of marks) seen.set(mark, (seen.get(mark) ?? 0) + 1);
    }
    for (const [mark, count] of seen)
      if (count > 1) violations.push(`${mark} is there ${count} times on the ${side} side (P1)`);
  }
  return violations;
}
