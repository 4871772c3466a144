import type { Instant } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { instant } from './context.ts';
import type { RunContext } from './context.ts';

/** Milliseconds: a clock's skew is told in whole seconds, and an answer is under way for a while. */
const MARGIN = 2_000;

/**
 * The stretch in which an item's latest change lies, in words; undefined when it is to sync. A stamp that may as well
 * belong before or behind the stretch counts as outside: what people did while the integration was enabled must arrive.
 */
export function leftOutOf(context: RunContext, side: Side, updatedAt: Instant): string | undefined {
  const tracker = context.trackers[side];
  const changed = Date.parse(updatedAt);
  const step = tracker.connector.limits.timestampStep;
  const found = context.options.leftOut?.find(
    ({ from, until }) =>
      changed >= tracker.itsTime(Date.parse(from)) + MARGIN &&
      changed < tracker.itsTime(Date.parse(until)) - step - MARGIN,
  );
  if (found === undefined) return undefined;
  return `changed at ${instant(changed)}, while the integration was disabled; what changed between ${found.from} and ${found.until} was left out when it was enabled. To carry it, change it again, or resync it if it has a counterpart`;
}
