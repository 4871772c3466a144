import type { Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { SideState } from '../plan/plan.ts';
import type { Pair } from '../ports/records.ts';
import type { RunContext } from './context.ts';

/** What planning knows of one side: as read, else as last agreed. */
export function stateOf(context: RunContext, pair: Pair, side: Side, item: Item | undefined): SideState {
  const base = pair[side].base;
  const ahead = context.trackers[side].itsTime(0);
  if (item === undefined) return { fields: base.fields, base: base.fields, updatedAt: base.updatedAt, ahead };
  return {
    ahead,
    fields: item.fields,
    base: base.fields,
    updatedAt: item.updatedAt,
    ...(item.updatedBy === undefined ? {} : { updatedBy: item.updatedBy.name ?? item.updatedBy.id }),
    ...(item.fieldTimes === undefined ? {} : { fieldTimes: item.fieldTimes }),
  };
}
