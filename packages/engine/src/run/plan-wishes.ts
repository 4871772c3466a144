import type { Both, IntegrationConfiguration, Side } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import { planDecision } from '../plan/decide-field.ts';
import { planPair } from '../plan/plan-pair.ts';
import type { Pair } from '../ports/records.ts';
import type { Wanted } from '../ports/wish.ts';
import { contextOf } from './context.ts';
import type { RunContext, RunOptions, RunPorts } from './context.ts';
import { prepareDecision } from './decide.ts';
import { modifiedLater } from './hard-resync.ts';
import { preview, previewPair } from './preview.ts';
import type { PlanEntry } from './preview.ts';
import { asReplaced } from './replace.ts';
import { ruleFailed } from './rules.ts';
import { stateOf } from './side-state.ts';
import type { Seen } from './work.ts';

/** An item that a person wants something of; without `wanted`, that it is looked at again. */
export interface Wished {
  readonly side: Side;
  readonly id: string;
  readonly wanted?: Wanted;
}

/** What the next run would do about these items, as they stand now. Writes nothing; a few readings an item. */
export async function planWishes(
  configuration: IntegrationConfiguration,
  ports: RunPorts,
  options: RunOptions,
  wished: readonly Wished[],
): Promise<{ readonly entries: readonly PlanEntry[]; readonly requests: Both<number> }> {
  const context = contextOf(configuration, ports, options);
  const entries: PlanEntry[] = [];
  for (const one of wished) entries.push(await entryOf(context, one));
  return {
    entries,
    requests: { left: context.trackers.left.requests, right: context.trackers.right.requests },
  };
}

async function entryOf(context: RunContext, { side, id, wanted }: Wished): Promise<PlanEntry> {
  if (wanted === undefined) return preview(context, { side, id, why: 'resync' });
  const pair = (await context.store.pairs(side, [id])).get(id);
  const skip = (reason: string): PlanEntry => ({
    ...(pair === undefined
      ? { [side]: { key: id, url: '' } }
      : { left: named(pair, 'left'), right: named(pair, 'right') }),
    action: 'skip',
    fields: [],
    reason,
    destructive: false,
  });
  if (pair === undefined) return skip('it has no counterpart');
  const seen: Seen = {};
  for (const of of SIDES) {
    const item = await context.trackers[of].read(pair[of].id);
    if (item === undefined) return skip(`${pair[of].key} is not there on the ${of} side`);
    const failed = ruleFailed(context, of, item, 'synced');
    if (failed !== undefined) return skip(`${pair[of].key}: ${failed}`);
    seen[of] = item;
  }
  const type = context.compiled.typeOf(pair.left.type, pair.right.type);
  if (type === undefined) return skip(context.compiled.whyNoType('left', pair.left));
  for (const of of SIDES) await context.directory.prepare(type, of, seen[of]?.fields ?? {});
  const decide = wanted.kind === 'hard-resync' ? planHardResync : planDecided;
  const entry = await decide(context, pair, seen, wanted);
  return { ...entry, left: named(pair, 'left'), right: named(pair, 'right') };
}

async function planHardResync(
  context: RunContext,
  pair: Pair,
  seen: Seen,
  wanted: Wanted,
): Promise<PlanEntry> {
  const type = context.compiled.typeOf(pair.left.type, pair.right.type);
  const asked = wanted.kind === 'hard-resync' ? wanted.from : 'newest';
  const from = asked === 'newest' ? modifiedLater(context, seen) : asked;
  const item = seen[from];
  if (item === undefined || type === undefined)
    throw new Error('both items were read, and their types are mapped');
  // The other side shows what its base is made to say: what stands there now.
  const entry = await previewPair(context, from, item, asReplaced(pair, type, from, seen, context.directory));
  const reason = `hard resync from the ${from} side`;
  return { ...entry, fields: entry.fields.map((field) => ({ ...field, reason })) };
}

async function planDecided(context: RunContext, pair: Pair, seen: Seen, wanted: Wanted): Promise<PlanEntry> {
  const type = context.compiled.typeOf(pair.left.type, pair.right.type);
  if (type === undefined || wanted.kind === 'hard-resync')
    throw new Error('a decision is about fields of items whose types are mapped');
  await prepareDecision(context, type, { wanted });
  const state = {
    left: stateOf(context, pair, 'left', seen.left),
    right: stateOf(context, pair, 'right', seen.right),
  };
  const plan = planPair(type, state, context.directory);
  const { writes, leftAlone } = planDecision(type, wanted, state, plan, context.directory);
  const fields = writes.flatMap(({ field, write, reason }) =>
    SIDES.filter((side) => side in write).map((side) => ({
      side,
      field: field.mapping[side],
      before: state[side].fields[field.mapping[side]] ?? null,
      after: write[side] ?? null,
      reason,
    })),
  );
  return {
    action: fields.length > 0 ? 'update' : leftAlone.length > 0 ? 'skip' : 'nothing',
    ...(fields[0] === undefined ? {} : { side: fields[0].side }),
    fields,
    leftAlone,
    reason: leftAlone.length === 0 ? '' : `${leftAlone.length} left alone`,
    destructive: fields.length > 0,
  };
}

function named(pair: Pair, side: Side): Pick<Pair['left'], 'key' | 'url'> {
  return { key: pair[side].key, url: pair[side].url };
}
