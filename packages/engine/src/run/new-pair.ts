import type { FieldId, FieldValue, Item, ItemId } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import { agree } from '../mapping/compiled.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Pair, PairedItem } from '../ports/records.ts';
import { instant } from './context.ts';
import type { RunContext } from './context.ts';
import { baseOfSeen, UNKNOWN } from './known-version.ts';
import { isStoredForm, isText } from './stored-form.ts';

/** What is known to have been carried from the source to the target: by a create of ours just now, or by an unanswered one. */
export interface Carried {
  readonly target: Readonly<Record<FieldId, FieldValue>>;
  readonly source: Readonly<Record<FieldId, FieldValue>>;
}

/**
 * A pair of two items. A field both agree on, or that arrived as sent, has a base at once; one that did not keeps no
 * base on the side that has to be heard, so that the next plan carries it. Where somebody edited the target since
 * (`isEdited`), a value that differs from the one sent is taken as that edit, and one that was not sent as both sides'.
 * A text that nobody edited and that differs is how the tracker stores what was sent.
 */
export function newPair(
  context: RunContext,
  type: CompiledType,
  from: Side,
  source: Item,
  target: Item,
  carried: Carried | undefined,
  isEdited = false,
): Pair {
  const isOurs = target.updatedBy !== undefined && !isEdited;
  const to = other(from);
  const sourceBase: Record<FieldId, FieldValue> = {};
  const targetBase: Record<FieldId, FieldValue> = {};
  for (const field of type.fields) {
    const sourceId = field.mapping[from];
    const targetId = field.mapping[to];
    const sourceValue = source.fields[sourceId] ?? null;
    const targetValue = target.fields[targetId] ?? null;
    const [left, right] = from === 'left' ? [sourceValue, targetValue] : [targetValue, sourceValue];
    const sent = carried?.target[targetId];
    // A field that has no time of its own was never set since the item was made.
    const isSet = target.fieldTimes === undefined || targetId in target.fieldTimes;
    const mayBeEdited = isEdited && isSet;
    if (field.isLeftOut === true && !(targetId in (carried?.target ?? {}))) {
      sourceBase[sourceId] = sourceValue;
      targetBase[targetId] = targetValue;
      continue;
    }
    const isNormalised =
      sent !== undefined &&
      (isStoredForm(field, to, sent, targetValue) || (isOurs && isText(field, to, targetValue)));
    if (
      carried !== undefined &&
      sent !== undefined &&
      (mayBeEdited || isNormalised || field.same(to, sent, targetValue))
    ) {
      sourceBase[sourceId] = carried.source[sourceId] ?? null;
      targetBase[targetId] = mayBeEdited && !isNormalised ? sent : targetValue;
    } else if (agree(field, left, right, context.directory)) {
      sourceBase[sourceId] = sourceValue;
      targetBase[targetId] = targetValue;
    } else if (mayBeEdited) {
      continue;
    } else if (
      carried !== undefined &&
      (targetId in carried.target || (field.carries(to, 'create') && !field.same(from, sourceValue, null)))
    ) {
      targetBase[targetId] = targetValue;
    } else if (carried !== undefined && field.same(from, sourceValue, null)) {
      sourceBase[sourceId] = sourceValue;
    } else if (carried !== undefined && !field.carries(from, 'update')) {
      targetBase[targetId] = targetValue;
    } else if (carried !== undefined && !field.carries(to, 'update')) {
      // What the copy shows there nobody has set.
      sourceBase[sourceId] = sourceValue;
      targetBase[targetId] = targetValue;
    }
  }
  const paired = (side: Side, item: Item, fields: Record<FieldId, FieldValue>): PairedItem => ({
    id: item.id,
    key: item.key,
    url: item.url,
    type: item.type,
    base: baseOfSeen(type, side, item, fields),
  });
  const sides = { [from]: paired(from, source, sourceBase), [to]: paired(to, target, targetBase) } as Pick<
    Pair,
    'left' | 'right'
  >;
  return {
    ...sides,
    id: context.random.id(),
    state: 'active',
    createdAt: instant(context.clock.now()),
    streak: 0,
    lastWritten: to,
  };
}

/** Our copy of an item that is not there: paired all the same, so that it is known again should it come back. */
export function pairWithMissing(
  context: RunContext,
  type: CompiledType,
  from: Side,
  sourceId: ItemId,
  copy: Item,
  carried: Carried | undefined,
): Pair {
  const to = other(from);
  const missing: PairedItem = {
    id: sourceId,
    key: sourceId,
    url: '',
    type: type.mapping[from],
    base: { version: UNKNOWN, updatedAt: instant(0), fields: { ...carried?.source } },
    missingSince: instant(context.clock.now()),
  };
  const present: PairedItem = {
    id: copy.id,
    key: copy.key,
    url: copy.url,
    type: copy.type,
    base: baseOfSeen(type, to, copy, asStored(type, to, copy, carried)),
    isUnheard: true,
  };
  const sides = { [from]: missing, [to]: present } as Pick<Pair, 'left' | 'right'>;
  return {
    ...sides,
    id: context.random.id(),
    state: 'active',
    createdAt: instant(context.clock.now()),
    streak: 0,
    lastWritten: to,
  };
}

/** What was sent, but for texts that the tracker keeps in another form: how they are stored is no edit of anybody's. */
function asStored(
  type: CompiledType,
  to: Side,
  copy: Item,
  carried: Carried | undefined,
): Record<FieldId, FieldValue> {
  const fields: Record<FieldId, FieldValue> = { ...carried?.target };
  for (const field of type.fields) {
    const id = field.mapping[to];
    const stored = copy.fields[id] ?? null;
    if (id in fields && isStoredForm(field, to, fields[id] ?? null, stored)) fields[id] = stored;
  }
  return fields;
}
