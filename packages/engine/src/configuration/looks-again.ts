import type { IntegrationConfiguration, TypeMapping } from './integration.ts';

/**
 * Do items that are in step already have to be looked at, now that the configuration was changed? So it is where a
 * type mapping was switched on, and where what Lockstep itself writes into them was added or changed.
 */
export function looksAgain(before: IntegrationConfiguration, after: IntegrationConfiguration): boolean {
  return after.types.some((type) => {
    const known = before.types.find((one) => one.left === type.left && one.right === type.right);
    if (known === undefined || type.enabled === false) return false;
    return known.enabled === false || writtenBy(known) !== writtenBy(type);
  });
}

function writtenBy({ derived = [], reference = {} }: TypeMapping): string {
  return JSON.stringify([derived, reference]);
}
