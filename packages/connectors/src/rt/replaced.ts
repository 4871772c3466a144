import type { FieldId, FieldValue } from '@lockstep/sdk';
import { customFieldKind, customFieldValue, instantOf, priorityOf } from './convert.ts';
import type { Model } from './convert.ts';
import type { Transaction } from './wire.ts';

const TEXTS: Readonly<Record<string, FieldId>> = { Subject: 'subject', Status: 'status' };
const TIMES: Readonly<Record<string, FieldId>> = { Due: 'due', Starts: 'starts', Started: 'started' };
const NUMBERS: Readonly<Record<string, FieldId>> = {
  TimeWorked: 'time_worked',
  TimeEstimated: 'time_estimated',
  TimeLeft: 'time_left',
};

/**
 * What a write of the account replaced, as RT's history has it: RT compares the ETag and then writes, so in between
 * somebody can be faster. People are left out: the history names them by other numbers than tickets do.
 */
export function replacedValues(
  history: readonly Transaction[],
  account: string,
  model: Model,
): Readonly<Record<FieldId, FieldValue>> {
  const replaced: Record<FieldId, FieldValue> = {};
  for (const entry of history) {
    if (entry.Creator.id !== account) continue;
    const found = valueOf(entry, model);
    // Of several changes of one field, the first replaced what was there before.
    if (found !== undefined && !(found.field in replaced)) replaced[found.field] = found.value;
  }
  return replaced;
}

function valueOf(
  entry: Transaction,
  model: Model,
): { readonly field: FieldId; readonly value: FieldValue } | undefined {
  if (entry.Type === 'CustomField') return customValueOf(entry, model);
  if (entry.Type !== 'Set' && entry.Type !== 'Status') return undefined;
  const old = entry.OldValue;
  const text = TEXTS[entry.Field];
  if (text !== undefined) return { field: text, value: old === '' ? null : old };
  const time = TIMES[entry.Field];
  if (time !== undefined) return { field: time, value: instantOf(`${old.replace(' ', 'T')}Z`) };
  const number = NUMBERS[entry.Field];
  if (number !== undefined) return { field: number, value: Number(old) };
  return entry.Field === 'Priority'
    ? { field: 'priority', value: priorityOf(old, model.priorities) }
    : undefined;
}

function customValueOf(
  entry: Transaction,
  model: Model,
): { readonly field: FieldId; readonly value: FieldValue } | undefined {
  const field = model.customFields.find((one) => one.id === entry.Field);
  const kind = field === undefined ? undefined : customFieldKind(field);
  // Long texts are kept elsewhere in the history, dates of fields in the zone of whoever set them.
  if (kind !== 'text' && kind !== 'option' && kind !== 'date') return undefined;
  return { field: `cf_${entry.Field}`, value: customFieldValue(kind, [entry.OldValue]) };
}
