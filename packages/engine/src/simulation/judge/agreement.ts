import type { SimulatedWorld } from '../simulated-world.ts';
import { isOpen, isParked, itemsByName, text } from './items.ts';

const FIELDS = ['title', 'description', 'status', 'priority', 'assignee', 'due', 'labels'];

/** P7: whatever may sync is on both sides and says the same there, unless it stands parked. */
export function agreement(world: SimulatedWorld): string[] {
  const violations: string[] = [];
  for (const [name, both] of itemsByName(world)) {
    const all = [...both.left, ...both.right];
    if (!all.every(isOpen) || isParked(world, both)) continue;
    const [left] = both.left;
    const [right] = both.right;
    if (left === undefined || right === undefined) {
      violations.push(`${name} is on the ${left === undefined ? 'right' : 'left'} side only (P2)`);
      continue;
    }
    for (const field of FIELDS) {
      const values = [left, right].map((item) => text(item.fields[field]).replaceAll('u-', ''));
      if (values[0] !== values[1])
        violations.push(`${name}: ${field} is “${values[0]}” and “${values[1]}” (P7)`);
    }
  }
  return violations;
}
