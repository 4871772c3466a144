import { ConnectorError } from '@lockstep/sdk';
import type { FieldId, FieldValue, Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { isEmpty } from '../mapping/values.ts';
import { withOrigin } from '../migration/origin.ts';
import { chosenOnly, termsOf } from '../migration/terms.ts';
import type { LeftAlone } from '../plan/decide-field.ts';
import { planCreate } from '../plan/plan-create.ts';
import { planPair } from '../plan/plan-pair.ts';
import type { Pair } from '../ports/records.ts';
import type { DetectedChange } from '../ports/store.ts';
import { readMarker } from './intents.ts';
import { leftOutOf } from './left-out.ts';
import { ruleFailed } from './rules.ts';
import type { RunContext } from './context.ts';
import { scriptedPlans } from './scripted.ts';
import type { FieldWrite } from './write-fields.ts';

/** One line of a dry run: what a run would do about one item, and why. */
export interface PlanEntry {
  readonly left?: { readonly key: string; readonly url: string };
  readonly right?: { readonly key: string; readonly url: string };
  readonly action: 'create' | 'update' | 'delete' | 'adopt' | 'conflict' | 'park' | 'skip' | 'nothing';
  /** The side written to. */
  readonly side?: Side;
  readonly fields: readonly {
    readonly side: Side;
    readonly field: FieldId;
    readonly before: FieldValue;
    readonly after: FieldValue;
    readonly reason: string;
  }[];
  readonly reason: string;
  /** Of a decision of a person: fields that would stay as they are, and why. */
  readonly leftAlone?: readonly LeftAlone[];
  /** Deletes, closes or overwrites something: what the mass-change brake counts. */
  readonly destructive: boolean;
}

/** Plans one change against what is stored; reads items the feed did not give, writes nothing. */
export async function preview(context: RunContext, change: DetectedChange): Promise<PlanEntry> {
  const side = change.side;
  const pair = (await context.store.pairs(side, [change.id])).get(change.id);
  const item = change.item ?? (await context.trackers[side].read(change.id));
  if (item === undefined) return missingEntry(context, side, change.id, pair);
  const parked = (await context.store.parked(side, [change.id])).get(change.id);
  const leftOut =
    change.why === 'changed' && parked === undefined ? leftOutOf(context, side, item.updatedAt) : undefined;
  if (leftOut !== undefined) {
    const known = pair === undefined ? { [side]: { key: item.key, url: item.url } } : names(pair);
    return { ...known, action: 'skip', fields: [], reason: leftOut, destructive: false };
  }
  try {
    return await (pair === undefined
      ? previewNew(context, change, item)
      : previewPair(context, side, item, pair));
  } catch (error) {
    // What the script refuses parks the item, and nothing else.
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    const known = pair === undefined ? { [side]: { key: item.key, url: item.url } } : names(pair);
    return { ...known, action: 'park', fields: [], reason: error.message, destructive: false };
  }
}

function missingEntry(context: RunContext, side: Side, id: string, pair: Pair | undefined): PlanEntry {
  const policy = context.compiled.configuration.deletion?.[side] ?? 'ignore';
  const deletes = pair !== undefined && pair.state === 'active' && policy === 'delete';
  return {
    ...(pair === undefined ? { [side]: { key: id, url: '' } } : names(pair)),
    action: deletes ? 'delete' : 'skip',
    ...(deletes ? { side: other(side) } : {}),
    fields: [],
    reason: `the item is gone from the ${side} side; policy: ${policy}`,
    destructive: deletes,
  };
}

/** What a run would do about an item without a pair. */
export async function previewNew(
  context: RunContext,
  { side, why }: DetectedChange,
  item: Item,
): Promise<PlanEntry> {
  const here = { [side]: { key: item.key, url: item.url } };
  const entry = (action: PlanEntry['action'], reason: string): PlanEntry => ({
    ...here,
    action,
    fields: [],
    reason,
    destructive: false,
  });
  const whole = context.compiled.typeFor(side, item);
  if (whole === undefined) return entry('skip', context.compiled.whyNoType(side, item));
  const marker = readMarker(context.options.id, item.marker);
  if (marker !== undefined && marker.source !== side) return entry('adopt', 'the item carries our marker');
  const terms = why === 'migration' ? context.migration : await termsOf(context, side, item);
  const type = chosenOnly(whole, terms);
  const failed = ruleFailed(context, side, item, 'new', terms !== undefined);
  if (failed !== undefined) return entry('skip', failed);
  if (type.mapping.create?.[other(side)] === false)
    return entry('skip', `the mapping creates nothing on the ${other(side)} side`);
  await context.directory.prepare(type, side, item.fields);
  const plan = planCreate(type, side, item, context.directory);
  if (plan.blocked !== undefined) return entry('park', plan.blocked.reason);
  const planned = terms === undefined ? plan.fields : withOrigin(type, side, item, plan.fields);
  const to = other(side);
  const written = await context.script.beforeWrite(
    { to, source: item, type: type.mapping[to], fields: planned },
    () => undefined,
  );
  const fields = Object.entries(written).map(([field, after]) => ({
    side: other(side),
    field,
    before: null,
    after,
    reason: 'new',
  }));
  return {
    ...here,
    action: 'create',
    side: other(side),
    fields,
    reason: `new on the ${side} side`,
    destructive: false,
  };
}

/** What it would do about an item in a pair. */
export async function previewPair(
  context: RunContext,
  side: Side,
  item: Item,
  pair: Pair,
): Promise<PlanEntry> {
  const whole = context.compiled.typeOf(pair.left.type, pair.right.type);
  const type = whole === undefined ? undefined : chosenOnly(whole, context.migration);
  const failed =
    type === undefined ? context.compiled.whyNoType(side, item) : ruleFailed(context, side, item, 'synced');
  const nothing = { ...names(pair), fields: [], destructive: false };
  if (type === undefined || failed !== undefined) return { ...nothing, action: 'skip', reason: failed ?? '' };
  const present = (of: Side) => ({
    fields: of === side ? item.fields : pair[of].base.fields,
    base: pair[of].base.fields,
    updatedAt: of === side ? item.updatedAt : pair[of].base.updatedAt,
    ahead: context.trackers[of].itsTime(0),
  });
  const state = { left: present('left'), right: present('right') };
  for (const of of SIDES) await context.directory.prepare(type, of, state[of].fields);
  const plan = planPair(type, state, context.directory);
  const problem = plan.problems[0];
  const fields: PlanEntry['fields'][number][] = [];
  for (const of of SIDES) {
    const target = { version: pair[of].base.version, fields: state[of].fields };
    const plans = plan.writes.filter((write) => of in write.write);
    const write = { type, pair, side: of, target, source: state[other(of)].fields, plans };
    fields.push(...(plans.length === 0 ? [] : await writtenFields(context, write)));
  }
  const destructive = fields.some((field) => !isEmpty(field.before));
  if (fields.length > 0)
    return {
      ...names(pair),
      action: 'update',
      side: fields[0]?.side ?? other(side),
      fields,
      reason: fields[0]?.reason ?? '',
      destructive,
    };
  if (plan.open.length > 0) return { ...nothing, action: 'conflict', reason: plan.open[0]?.reason ?? '' };
  if (problem !== undefined) return { ...nothing, action: 'park', reason: problem.reason };
  return {
    ...nothing,
    action: 'nothing',
    reason: 'both sides agree on all mapped fields; comments and files are looked at when it runs',
  };
}

/** The fields of one side that would be written, as the script wants them. */
async function writtenFields(context: RunContext, write: FieldWrite): Promise<PlanEntry['fields']> {
  const { plans, beside } = await scriptedPlans(context, write, () => undefined);
  const { side, target } = write;
  const change = (field: string, after: FieldValue, reason: string) => ({
    side,
    field,
    before: target.fields[field] ?? null,
    after,
    reason,
  });
  return [
    ...plans.map((plan) => change(plan.field.mapping[side], plan.write[side] ?? null, plan.reason)),
    ...Object.entries(beside).map(([field, after]) => change(field, after, 'the script sets it')),
  ];
}

function names(pair: Pair): Pick<PlanEntry, 'left' | 'right'> {
  return {
    left: { key: pair.left.key, url: pair.left.url },
    right: { key: pair.right.key, url: pair.right.url },
  };
}
