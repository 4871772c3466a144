import type { Plan } from '@lockstep/api';
import { planIntegration } from '@lockstep/engine';
import { withFilterIds } from '../integrations/filters.ts';
import type { Sides } from '../integrations/sides.ts';
import type { Scripts } from '../scripts/scripts.ts';
import { trackerFailure } from '../integrations/tracker-failure.ts';
import type { Db } from '../store/database.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { createPlanStore } from '../store/plan-store.ts';
import { countsOf, shownEntry } from './plan-words.ts';
import { systemClock, systemRandom } from './clock.ts';

/** A dry run: enabled or not, and beside a run at work. Writes nothing to a tracker and nothing that stays. */
export async function planRun(
  parts: { readonly db: Db; readonly sides: Sides; readonly scripts: Scripts },
  entry: IntegrationEntry,
  signal: AbortSignal,
): Promise<Plan> {
  const { id, configuration } = entry;
  const store = createPlanStore({ db: parts.db, integrationId: id, planId: systemRandom.id() });
  try {
    const sides = await parts.sides.open(configuration, signal, { fresh: true });
    await using script = await parts.scripts.open(configuration);
    const schemas = { left: sides.left.schema, right: sides.right.schema };
    const plan = await planIntegration(
      withFilterIds(configuration, schemas),
      { clock: systemClock, random: systemRandom, store, sides, script },
      {
        id,
        signal,
        stop: signal,
        enabledAt: entry.enabledAt ?? new Date().toISOString(),
        leftOut: entry.leftOut,
      },
    );
    return {
      integration: configuration.name,
      counts: countsOf(plan.entries),
      entries: plan.entries.map((one) => shownEntry(one, schemas)),
      requests: plan.requests,
    };
  } catch (error) {
    throw trackerFailure(error, `of ${configuration.name}`);
  } finally {
    await store.drop();
  }
}
