import type { Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { unmetCondition, unmetConditions } from '../filter/evaluate.ts';
import type { KeptOutBy } from '../ports/records.ts';
import { startOf } from './context.ts';
import type { RunContext } from './context.ts';

/** The first rule that keeps an item out, in words; undefined when all hold. The age of one that is migrated does not. */
export function ruleFailed(
  context: RunContext,
  side: Side,
  item: Item,
  set: 'new' | 'synced',
  isMigrated = false,
): string | undefined {
  if (item.visibility === 'private') return 'the item is private, and private items are not sent';
  if (item.visibility === 'unknown') return 'who can see the item is unknown, and such items are not sent';
  if (set === 'new' && !isMigrated && Date.parse(item.updatedAt) < Date.parse(startOf(context, side))) {
    return `not changed since ${startOf(context, side)}, when this integration began to sync; a migration brings older items`;
  }
  const filters = context.compiled.configuration[side].filters;
  const all = unmetCondition(filters?.all, item);
  if (all !== undefined) return `filter ALL: ${all}`;
  const own = unmetCondition(filters?.[set], item);
  return own === undefined ? undefined : `filter ${set.toUpperCase()}: ${own}`;
}

/** All conditions of the side's filters that the item does not meet. */
export function unmetOf(
  context: RunContext,
  side: Side,
  item: Item,
  set: 'new' | 'synced',
): readonly KeptOutBy[] {
  const filters = context.compiled.configuration[side].filters;
  return (['all', set] as const).flatMap((filter) =>
    unmetConditions(filters?.[filter], item).map((one) => ({ ...one, filter, side })),
  );
}
