import type { IntegrationConfiguration, SideConfiguration } from '@lockstep/engine';
import type { IntegrationEntry } from '../store/integrations.ts';
import { Refusal } from './refusal.ts';

/** Two integrations over one pair of scopes would create everything twice. */
export function refuseClaimed(
  id: string,
  configuration: IntegrationConfiguration,
  all: readonly Pick<IntegrationEntry, 'id' | 'configuration'>[],
): void {
  const wanted = claim(configuration);
  const other = all.find((one) => one.id !== id && claim(one.configuration) === wanted);
  if (other !== undefined) {
    throw new Refusal(
      409,
      'scopes-claimed',
      `integration “${other.configuration.name}” already keeps these two scopes in step`,
      `Add the types to “${other.configuration.name}”, or choose other scopes.`,
    );
  }
  if (place(configuration.left) === place(configuration.right)) {
    throw new Refusal(409, 'scopes-equal', 'both sides are the same scope', 'Choose two different scopes.');
  }
}

/** The same for left ↔ right and right ↔ left. */
function claim(configuration: IntegrationConfiguration): string {
  return [place(configuration.left), place(configuration.right)].toSorted().join('\n');
}

function place(side: SideConfiguration): string {
  return JSON.stringify([
    side.connection,
    Object.entries(side.scope).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}
