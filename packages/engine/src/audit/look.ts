import { isDeepStrictEqual } from 'node:util';
import type { Item } from '@lockstep/sdk';
import type { Both } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Pair } from '../ports/records.ts';
import type { RunContext } from '../run/context.ts';
import { ruleFailed } from '../run/rules.ts';
import { stateOf } from '../run/side-state.ts';
import { canSee } from '../run/sight.ts';
import type { Seen } from '../run/work.ts';
import { differences } from './differences.ts';
import type { DriftFinding } from './finding.ts';

/** One look at a pair: what both trackers had, and what is not in agreement, if anything is. */
export interface Look {
  readonly pair: Pair;
  readonly seen: Seen;
  readonly type: CompiledType | undefined;
  readonly finding: DriftFinding | undefined;
}

/** Looks at pairs together. */
export async function look(context: RunContext, pairs: readonly Pair[]): Promise<readonly Look[]> {
  const items = await readBoth(context, pairs);
  const parked = {
    left: await context.store.parked(
      'left',
      pairs.map((pair) => pair.left.id),
    ),
    right: await context.store.parked(
      'right',
      pairs.map((pair) => pair.right.id),
    ),
  };
  const looks: Look[] = [];
  for (const pair of pairs) {
    const [left, right] = [items.left.get(pair.left.id), items.right.get(pair.right.id)];
    const type = context.compiled.typeOf(left?.type ?? pair.left.type, right?.type ?? pair.right.type);
    const seen = { ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) };
    const found = await findingOf(context, pair, type, seen);
    const waits = parked.left.get(pair.left.id) ?? parked.right.get(pair.right.id);
    const finding =
      found?.result === 'differing' && waits !== undefined
        ? { ...found, why: 'parked', reason: waits.reason }
        : found;
    looks.push({ pair, seen, type, finding });
  }
  return looks;
}

/**
 * Have two looks seen the same on both sides? Then both items stood so at one moment at least: what one look saw first,
 * the other saw last.
 */
export function looksSame(before: Look, now: Look): boolean {
  return (
    before.finding?.result === now.finding?.result &&
    SIDES.every(
      (side) =>
        before.seen[side]?.version === now.seen[side]?.version &&
        isDeepStrictEqual(before.seen[side]?.fields, now.seen[side]?.fields) &&
        before.pair[side].base.version === now.pair[side].base.version,
    )
  );
}

async function findingOf(
  context: RunContext,
  pair: Pair,
  type: CompiledType | undefined,
  seen: Seen,
): Promise<DriftFinding | undefined> {
  const named = (side: 'left' | 'right') => {
    const { id, key, url } = seen[side] ?? pair[side];
    return { id, key, url };
  };
  const finding = (
    result: DriftFinding['result'],
    why: string,
    reason: string,
    more: Partial<DriftFinding> = {},
  ): DriftFinding => ({
    pairId: pair.id,
    left: named('left'),
    right: named('right'),
    result,
    why,
    reason,
    fields: [],
    gone: [],
    ...more,
  });
  const gone = SIDES.filter((side) => seen[side] === undefined);
  for (const side of gone) {
    if (await canSee(context, side, pair[side].id)) continue;
    return finding('undecided', 'unseen', `the account of the ${side} side sees no item at all`);
  }
  const [absent] = gone;
  if (absent !== undefined) {
    const reason = `${pair[absent].key} is not there on the ${absent} side, or this account does not see it`;
    return finding('missing', 'missing', reason, { gone });
  }
  if (type === undefined) return finding('undecided', 'not mapped', 'its type is not mapped');
  for (const side of SIDES) {
    const item = seen[side];
    const failed = item === undefined ? undefined : ruleFailed(context, side, item, 'synced');
    // What is out of scope is not told of either.
    if (failed !== undefined) return finding('undecided', 'held back', `${pair[side].key}: ${failed}`);
    await context.directory.prepare(type, side, item?.fields ?? {});
  }
  const state = {
    left: stateOf(context, pair, 'left', seen.left),
    right: stateOf(context, pair, 'right', seen.right),
  };
  const fields = differences(type, state, context.directory);
  const [first] = fields;
  return first === undefined ? undefined : finding('differing', first.why, first.reason, { fields });
}

/** All items of one side in one call: a tracker that can reads them together. */
async function readBoth(
  context: RunContext,
  pairs: readonly Pair[],
): Promise<Both<ReadonlyMap<string, Item>>> {
  const [left, right] = await Promise.all(
    SIDES.map(async (side) => {
      const tracker = context.trackers[side];
      const ids = pairs.map((pair) => pair[side].id);
      const items =
        ids.length === 0 ? [] : await tracker.call((signal) => tracker.connector.items.get(ids, signal));
      if (items.length > 0) tracker.hasSeen = true;
      return new Map(items.map((item) => [item.id, item]));
    }),
  );
  return { left: left ?? new Map(), right: right ?? new Map() };
}
