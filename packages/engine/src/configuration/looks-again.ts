import type { IntegrationConfiguration, TypeMapping } from './integration.ts';
import { SIDES } from './integration.ts';

/**
 * Which pairs have to be looked at, now that the configuration was changed? All, where a type mapping was switched on
 * or what Lockstep itself writes into items was added or changed; those held back, where types or filters are others,
 * since what kept them out may be gone.
 */
export function looksAgain(
  before: IntegrationConfiguration,
  after: IntegrationConfiguration,
): 'all' | 'held back' | 'none' {
  const writesAnew = after.types.some((type) => {
    const known = before.types.find((one) => one.left === type.left && one.right === type.right);
    if (known === undefined || type.enabled === false) return false;
    return known.enabled === false || writtenBy(known) !== writtenBy(type);
  });
  if (writesAnew) return 'all';
  return scopeOf(before) === scopeOf(after) ? 'none' : 'held back';
}

function writtenBy({ derived = [], reference = {} }: TypeMapping): string {
  return JSON.stringify([derived, reference]);
}

function scopeOf({ types, ...sides }: IntegrationConfiguration): string {
  const mapped = types.map(({ left, right, enabled = true }) => [left, right, enabled]);
  return JSON.stringify([mapped, SIDES.map((side) => sides[side].filters ?? {})]);
}
