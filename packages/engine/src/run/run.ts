import { ConnectorError } from '@lockstep/sdk';
import type { Both, IntegrationConfiguration, Side } from '../configuration/integration.ts';
import { compile } from '../mapping/compile.ts';
import type { RunSummary, SideCounts } from '../ports/records.ts';
import { LeaseLost } from '../ports/store.ts';
import { apply } from './apply.ts';
import type { RunContext, RunOptions, RunPorts } from './context.ts';
import { noCounts } from './counts.ts';
import { guarded } from './guarded-store.ts';
import { detect } from './detect.ts';
import { Directory } from './directory.ts';
import { BrakePulled, brakeMassChange } from './mass-change.ts';
import { preview } from './preview.ts';
import type { PlanEntry } from './preview.ts';
import { recover } from './recover.ts';
import { readAll } from './spool.ts';
import { Tracker } from './tracker.ts';

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
    await recover(context);
    const cursors = await detect(context);
    await brakeMassChange(context);
    await apply(context, ports.progress);
    await context.store.saveCursors(cursors);
    return summary(context, 'succeeded');
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
      return summary(context, 'failed', error.message, error.details.remedy);
    throw error;
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

function contextOf(
  configuration: IntegrationConfiguration,
  ports: RunPorts,
  options: RunOptions,
): RunContext {
  const tracker = (side: Side): Tracker => new Tracker(ports.sides[side], ports.clock, options.signal);
  const trackers = { left: tracker('left'), right: tracker('right') };
  const connectors = { left: ports.sides.left.connector, right: ports.sides.right.connector };
  return {
    options,
    compiled: compile(
      configuration,
      { left: ports.sides.left.schema, right: ports.sides.right.schema },
      connectors,
    ),
    store: guarded(ports.store),
    clock: ports.clock,
    random: ports.random,
    trackers,
    directory: new Directory(trackers),
    counts: { left: noCounts(), right: noCounts() },
    unanswered: new Map(),
  };
}

function summary(
  context: RunContext,
  outcome: RunSummary['outcome'],
  message?: string,
  remedy?: string,
): RunSummary {
  const side = (of: Side): SideCounts => ({
    ...context.counts[of],
    requests: context.trackers[of].requests,
    waited: Math.round(context.trackers[of].waited),
  });
  return {
    outcome,
    left: side('left'),
    right: side('right'),
    ...(message === undefined ? {} : { message }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}
