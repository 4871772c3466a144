import { ConnectorError } from '@lockstep/sdk';
import type { Both, IntegrationConfiguration } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import { driftInWords, driftOf } from '../mapping/drift.ts';
import type { ConfigurationFault } from '../mapping/fault.ts';
import type { LogLine, RunSummary } from '../ports/records.ts';
import { LeaseLost } from '../ports/store.ts';
import { apply } from './apply.ts';
import { contextOf, line, summary } from './context.ts';
import type { RunContext, RunOptions, RunPorts } from './context.ts';
import { detect } from './detect.ts';
import { BrakePulled, brakeMassChange } from './mass-change.ts';
import { preview } from './preview.ts';
import type { PlanEntry } from './preview.ts';
import { recover } from './recover.ts';
import { readAll } from './spool.ts';
import { isBroken } from './tracker.ts';

/**
 * One cycle of one integration: detect, match, merge, plan, apply, settle. Resolves with what was done, also when it
 * failed, was stopped or braked; rejects only with `LeaseLost`, when aborted, or when the store fails.
 */
export async function runIntegration(
  configuration: IntegrationConfiguration,
  ports: RunPorts,
  options: RunOptions,
): Promise<RunSummary> {
  const context = contextOf(configuration, ports, options);
  try {
    const drift = await tellDrift(context, ports);
    await recover(context);
    await beforeRun(context);
    const cursors = await detect(context, ports.progress);
    await brakeMassChange(context);
    await apply(context, ports);
    await context.store.saveCursors(cursors);
    return summary(context, 'succeeded', driftInWords(drift), drift[0]?.remedy);
  } catch (error) {
    if (options.signal.aborted || error instanceof LeaseLost) throw error;
    if (options.stop.aborted) return summary(context, 'stopped', 'stopped after the items in hand, as asked');
    if (error instanceof BrakePulled) {
      return summary(
        context,
        'braked',
        error.message,
        'Look at the plan; if it is meant, run once with the brake released.',
      );
    }
    if (error instanceof ConnectorError)
      return {
        ...summary(context, 'failed', error.message, error.details.remedy),
        broken: SIDES.filter((side) => isBroken(context.trackers[side], error)),
      };
    throw error;
  }
}

async function beforeRun(context: RunContext): Promise<void> {
  const lines: LogLine[] = [];
  try {
    await context.script.beforeRun((text) => lines.push(line(context, 'info', text)));
  } finally {
    if (lines.length > 0) await context.store.log(lines);
  }
}

/** What a run would do now. Writes nothing to either tracker and moves nothing in the store but its own spool. */
export async function planIntegration(
  configuration: IntegrationConfiguration,
  ports: RunPorts,
  options: RunOptions,
): Promise<{ readonly entries: readonly PlanEntry[]; readonly requests: Both<number> }> {
  const context = contextOf(configuration, ports, options);
  await detect(context);
  const entries: PlanEntry[] = [];
  for await (const change of readAll(context.store)) entries.push(await preview(context, change));
  return {
    entries,
    requests: { left: context.trackers.left.requests, right: context.trackers.right.requests },
  };
}

/** The trackers may have changed since the mapping was saved: what it lacks now is told, and left out. */
async function tellDrift(context: RunContext, { sides }: RunPorts): Promise<readonly ConfigurationFault[]> {
  const schemas = { left: sides.left.schema, right: sides.right.schema };
  const connectors = { left: sides.left.connector, right: sides.right.connector };
  const drift = driftOf(context.compiled.configuration, schemas, connectors);
  if (drift.length > 0)
    await context.store.log(
      drift.map((fault) =>
        line(context, 'warn', `mapping, ${fault.path.join('.')}: ${fault.message} — ${fault.remedy}`),
      ),
    );
  return drift;
}
