import { ConnectorError } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { PairPlan } from '../plan/plan.ts';
import type { Pair } from '../ports/records.ts';
import { changedBy } from './changed-by.ts';
import { UNKNOWN } from './known-version.ts';
import { handleMissing } from './missing.ts';
import { scripted } from './scripted.ts';
import type { Seen, Work } from './work.ts';
import { writeFields } from './write-fields.ts';

/**
 * Writes both sides' parts of a plan. Without compare-and-set, or where its version is not known, a side is read right
 * before; a moved side is planned anew.
 */
export async function writeBoth(
  work: Work,
  type: CompiledType,
  plan: PairPlan,
  seen: Seen,
  fresh: Set<Side>,
  written: Set<Side>,
  isDecided = false,
): Promise<'again' | 'gone'> {
  for (const side of [other(work.origin), work.origin]) {
    const plans = plan.writes.filter((one) => side in one.write);
    if (plans.length === 0) continue;
    const tracker = work.context.trackers[side];
    const pair = work.pair as Pair;
    const isCompared = tracker.connector.limits.versioning === 'compare-and-set';
    // What a status asks for may stand in a field that no base knows of (P4).
    const asksForMore = plans.some(({ field }) => field.mapping.transitions?.[side] !== undefined);
    const isUnknown = seen[side] === undefined && (pair[side].base.version === UNKNOWN || asksForMore);
    if ((!isCompared && !fresh.has(side)) || isUnknown) {
      if (!(await look(work, side, seen, fresh))) return 'gone';
      return 'again';
    }
    const target = seen[side] ?? { version: pair[side].base.version, fields: pair[side].base.fields };
    const source = seen[other(side)]?.fields ?? pair[other(side)].base.fields;
    try {
      const by = await changedBy(work.context, other(side), seen[other(side)]);
      const planned = { type, pair, side, target, source, plans, ...by };
      // What a person decided is written as decided.
      const stored = await writeFields(work, isDecided ? planned : await scripted(work, planned));
      if (stored !== undefined) {
        seen[side] = stored;
        written.add(side);
      }
      fresh.delete(side);
    } catch (error) {
      if (!(error instanceof ConnectorError) || (error.kind !== 'conflict' && error.kind !== 'gone'))
        throw error;
      if (!(await look(work, side, seen, fresh))) return 'gone';
    }
    return 'again';
  }
  return 'again';
}

/** Reads an item right before it is written. False: it is not there. */
export async function look(work: Work, side: Side, seen: Seen, fresh: Set<Side>): Promise<boolean> {
  const pair = work.pair as Pair;
  const item = await work.context.trackers[side].read(pair[side].id);
  if (item === undefined) {
    await handleMissing(work, side, false);
    return false;
  }
  seen[side] = item;
  fresh.add(side);
  return true;
}
