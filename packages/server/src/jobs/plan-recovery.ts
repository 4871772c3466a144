import type { RecoveryPlan } from '@lockstep/api';
import { planWishes } from '@lockstep/engine';
import type { Wished } from '@lockstep/engine';
import { withFilterIds } from '../integrations/filters.ts';
import type { Sides } from '../integrations/sides.ts';
import { trackerFailure } from '../integrations/tracker-failure.ts';
import type { Db } from '../store/database.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { createPlanStore } from '../store/plan-store.ts';
import { systemClock, systemRandom } from './clock.ts';
import { countsOf, shownEntry } from './plan-words.ts';

/** What the next run would do about these items. Writes nothing to a tracker and nothing that stays. */
export async function planRecovery(
  parts: { readonly db: Db; readonly sides: Sides },
  entry: IntegrationEntry,
  wished: readonly Wished[],
  signal: AbortSignal,
): Promise<Omit<RecoveryPlan, 'chosen' | 'skipped' | 'shown'>> {
  const { id, configuration } = entry;
  const store = createPlanStore({ db: parts.db, integrationId: id, planId: systemRandom.id() });
  try {
    const sides = await parts.sides.open(configuration, signal, { fresh: true });
    const schemas = { left: sides.left.schema, right: sides.right.schema };
    const plan = await planWishes(
      withFilterIds(configuration, schemas),
      { clock: systemClock, random: systemRandom, store, sides },
      {
        id,
        signal,
        stop: signal,
        enabledAt: entry.enabledAt ?? new Date().toISOString(),
        leftOut: entry.leftOut,
      },
      wished,
    );
    return {
      integration: configuration.name,
      counts: countsOf(plan.entries),
      fields: plan.entries.reduce((sum, { fields }) => sum + fields.length, 0),
      leftAlone: plan.entries.reduce((sum, { leftAlone = [] }) => sum + leftAlone.length, 0),
      entries: plan.entries.map((one) => shownEntry(one, schemas)),
      requests: plan.requests,
    };
  } catch (error) {
    throw trackerFailure(error, `of ${configuration.name}`);
  } finally {
    await store.drop();
  }
}
