import type { Item, ItemId } from '@lockstep/sdk';
import type { IntegrationConfiguration, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { differences } from '../audit/differences.ts';
import type { FieldDifference } from '../audit/differences.ts';
import { planCreate } from '../plan/plan-create.ts';
import { termsOf } from '../migration/terms.ts';
import type { KeptOutBy, Pair, Parked } from '../ports/records.ts';
import { contextOf } from '../run/context.ts';
import type { RunContext, RunOptions, RunPorts } from '../run/context.ts';
import { readMarker } from '../run/intents.ts';
import { leftOutOf } from '../run/left-out.ts';
import { ruleFailed, unmetOf } from '../run/rules.ts';
import { stateOf } from '../run/side-state.ts';

/** Why an item is or is not in sync; the first that holds, in the order in which a run would come upon it. */
export type WhyCode =
  | 'gone'
  | 'unlinked'
  | 'counterpart-gone'
  | 'type-not-mapped'
  | 'private'
  | 'older'
  | 'filter'
  | 'creation-off'
  | 'held-back'
  | 'parked'
  | 'left-out'
  | 'refused'
  | 'to-be-created'
  | 'to-be-adopted'
  | 'conflict'
  | 'not-carried'
  | 'differing'
  | 'equal';

export interface Explanation {
  readonly code: WhyCode;
  readonly side: Side;
  readonly id: ItemId;
  /** The items as they are now, as far as they are there. */
  readonly items: { readonly [Of in Side]?: Pick<Item, 'id' | 'key' | 'url'> };
  /** A clause that goes on after “the item …”. */
  readonly reason: string;
  readonly remedy?: string;
  readonly unmet: readonly KeptOutBy[];
  readonly fields: readonly FieldDifference[];
  readonly parked: readonly Parked[];
}

/** What is asked about: ids that may be the item's, and which of the items found it is. */
export interface Question {
  readonly side: Side;
  /** May be asked of the tracker. */
  readonly ids: readonly ItemId[];
  /** Known to the store under that name: explained also where the tracker does not show it. */
  readonly known: readonly ItemId[];
  accepts(item: Item): boolean;
}

export interface Explained {
  readonly explanations: readonly Explanation[];
  /** Requests sent for it. */
  readonly requests: { readonly left: number; readonly right: number };
}

/** Looks at an item as it is now, as a run would, and says what keeps it in or out of step. Writes nothing. */
export async function explainItem(
  configuration: IntegrationConfiguration,
  ports: RunPorts,
  options: RunOptions,
  question: Question,
): Promise<Explained> {
  const context = contextOf(configuration, ports, options);
  const { side, known } = question;
  const tracker = context.trackers[side];
  const ids = [...new Set([...known, ...question.ids])];
  const items = await tracker.call((signal) => tracker.connector.items.get(ids, signal));
  const found = items.filter((item) => known.includes(item.id) || question.accepts(item));
  const explanations: Explanation[] = [];
  for (const item of found) explanations.push(await explain(context, side, item));
  for (const id of known)
    if (!found.some((item) => item.id === id)) explanations.push(await gone(context, side, id));
  return {
    explanations,
    requests: { left: context.trackers.left.requests, right: context.trackers.right.requests },
  };
}

type Verdict = Pick<Explanation, 'code' | 'reason'> & Partial<Explanation>;

async function gone(context: RunContext, side: Side, id: ItemId): Promise<Explanation> {
  const pair = (await context.store.pairs(side, [id])).get(id);
  const parked = [...(await context.store.parked(side, [id])).values()];
  const policy = context.compiled.configuration.deletion?.[side] ?? 'ignore';
  const rest =
    pair?.state === 'active' ? `; its counterpart is dealt with by the deletion policy (${policy})` : '';
  return {
    code: 'gone',
    side,
    id,
    items: pair === undefined ? {} : { left: pair.left, right: pair.right },
    reason: `is not there any more, was moved out of the scope, or is not visible to this account${rest}`,
    remedy: 'Nothing to do if it was deleted. Otherwise restore the account’s right to see it.',
    unmet: [],
    fields: [],
    parked,
  };
}

async function explain(context: RunContext, side: Side, item: Item): Promise<Explanation> {
  const pair = (await context.store.pairs(side, [item.id])).get(item.id);
  const parked = [...(await context.store.parked(side, [item.id])).values()];
  const verdict =
    pair === undefined
      ? await explainNew(context, side, item, parked)
      : await explainPaired(context, side, item, pair, parked);
  return {
    side,
    id: item.id,
    items: { [side]: item },
    unmet: [],
    fields: [],
    parked,
    ...verdict,
  };
}

async function explainNew(
  context: RunContext,
  side: Side,
  item: Item,
  [parked]: readonly Parked[],
): Promise<Verdict> {
  const type = context.compiled.typeFor(side, item);
  if (type === undefined) return notMapped(context, side, item);
  const marker = readMarker(context.options.id, item.marker);
  if (marker !== undefined && marker.source !== side)
    return {
      code: 'to-be-adopted',
      reason: 'was made by Lockstep and is paired with its source by the next run',
    };
  const terms = await termsOf(context, side, item);
  const kept = keptOut(context, side, item, 'new', terms !== undefined);
  if (kept !== undefined) return kept;
  if (type.mapping.create?.[other(side)] === false)
    return {
      code: 'creation-off',
      reason: `has no counterpart, and the mapping of ${type.mapping.left} ↔ ${type.mapping.right} creates nothing on the ${other(side)} side`,
      remedy: `Switch creation on the ${other(side)} side on in the mapping.`,
    };
  if (parked !== undefined) return waiting(parked);
  const leftOut = leftOutOf(context, side, item.updatedAt);
  if (leftOut !== undefined) return { code: 'left-out', reason: `was ${leftOut}` };
  await context.directory.prepare(type, side, item.fields);
  const { blocked } = planCreate(type, side, item, context.directory);
  if (blocked !== undefined)
    return {
      code: 'refused',
      reason: `cannot be created on the ${other(side)} side: ${blocked.reason}`,
      remedy: blocked.remedy,
    };
  return {
    code: 'to-be-created',
    reason: `has no counterpart yet; the next run creates it on the ${other(side)} side`,
  };
}

async function explainPaired(
  context: RunContext,
  side: Side,
  item: Item,
  pair: Pair,
  own: readonly Parked[],
): Promise<Verdict> {
  const to = other(side);
  const items = { [side]: item, [to]: pair[to] };
  if (pair.state === 'unlinked')
    return {
      code: 'unlinked',
      items,
      reason: `is followed no more: it was unlinked from ${pair[to].key}, as when an item was deleted`,
    };
  const theirs = [...(await context.store.parked(to, [pair[to].id])).values()];
  const parked = [...own, ...theirs];
  const counterpart = await context.trackers[to].read(pair[to].id);
  if (counterpart === undefined)
    return {
      code: 'counterpart-gone',
      items,
      parked,
      reason: `is in sync with ${pair[to].key}, which is not there on the ${to} side any more, or not visible to the account`,
      remedy: 'Restore the counterpart, or the account’s right to see it; else the deletion policy decides.',
    };
  const seen = { left: side === 'left' ? item : counterpart, right: side === 'right' ? item : counterpart };
  const both = { items: { left: seen.left, right: seen.right }, parked };
  const type = context.compiled.typeOf(seen.left.type, seen.right.type);
  if (type === undefined) return { ...notMapped(context, side, item), ...both };
  for (const one of [side, to]) {
    const kept = keptOut(context, one, seen[one], 'synced', false);
    if (kept === undefined) continue;
    if (one === side) return { ...kept, ...both };
    const reason = `is in sync with ${pair[to].key}, which is out of scope for now and ${kept.reason}`;
    return { ...kept, ...both, code: 'held-back', reason };
  }
  for (const of of SIDES) await context.directory.prepare(type, of, seen[of].fields);
  const state = {
    left: stateOf(context, pair, 'left', seen.left),
    right: stateOf(context, pair, 'right', seen.right),
  };
  const fields = differences(type, state, context.directory);
  const [waits] = parked;
  if (waits !== undefined) return { ...waiting(waits), ...both, fields };
  const [first] = fields;
  if (first === undefined)
    return { code: 'equal', ...both, reason: `is in sync with ${counterpart.key}: all mapped fields agree` };
  const leading = fields.find(({ why }) => why === 'conflict' || why === 'refused') ?? first;
  const name = `${leading.field[side]}: ${leading.reason}`;
  const code =
    leading.why === 'conflict'
      ? 'conflict'
      : leading.why === 'refused'
        ? 'refused'
        : fields.some(({ why }) => why === 'not carried')
          ? 'not-carried'
          : 'differing';
  const leftOut = code === 'not-carried' ? leftOutOf(context, side, item.updatedAt) : undefined;
  if (leftOut !== undefined) return { code: 'left-out', ...both, fields, reason: `was ${leftOut}` };
  const tail =
    code === 'not-carried'
      ? 'the next run carries it'
      : code === 'conflict'
        ? 'a person decides'
        : 'it stays so';
  return {
    code,
    ...both,
    fields,
    reason: `is in sync with ${counterpart.key} and differs in ${fields.length} ${fields.length === 1 ? 'field' : 'fields'} (${name}); ${tail}`,
  };
}

function notMapped(context: RunContext, side: Side, item: Item): Verdict {
  const off = context.compiled.switchedOff(side, item);
  if (off !== undefined)
    return {
      code: 'type-not-mapped',
      reason: `is of a type whose mapping ${off} is switched off`,
      remedy: 'Take enabled: false out of the type mapping.',
    };
  const title = context.trackers[side].schema.types.find(({ id }) => id === item.type)?.title ?? item.type;
  return {
    code: 'type-not-mapped',
    reason: `is of type “${title}”, which is not mapped`,
    remedy: 'Add the type to the integration.',
  };
}

function keptOut(
  context: RunContext,
  side: Side,
  item: Item,
  set: 'new' | 'synced',
  isMigrated: boolean,
): Verdict | undefined {
  const failed = ruleFailed(context, side, item, set, isMigrated);
  if (failed === undefined) return undefined;
  const unmet = unmetOf(context, side, item, set);
  if (item.visibility !== 'public')
    return {
      code: 'private',
      reason: `is left alone: ${failed}`,
      remedy: 'Make it public, if it is meant to be.',
    };
  if (failed.startsWith('filter '))
    return {
      code: 'filter',
      unmet,
      reason: `does not meet ${unmet.length === 1 ? 'a condition' : `${unmet.length} conditions`} of the filters: ${unmet.map(({ condition }) => condition).join('; ')}`,
      remedy: 'Change the item, or the filter.',
    };
  return {
    code: 'older',
    reason: `was ${failed}`,
    remedy: `lockstep migrate ${context.compiled.configuration.name} --from ${side} --item ${item.key}`,
  };
}

function waiting({ reason, remedy, nextTry, attempts }: Parked): Verdict {
  const when = nextTry === undefined ? 'it waits for a person' : `it is tried again at ${nextTry}`;
  return {
    code: 'parked',
    reason: `failed ${attempts === 1 ? 'once' : `${attempts} times`} and is parked (${reason}); ${when}`,
    ...(remedy === undefined ? {} : { remedy }),
  };
}
