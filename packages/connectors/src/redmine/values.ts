import type { FieldId, FieldValue, Instant, UserReference } from '@lockstep/sdk';
import type { CustomFieldShape } from './fields.ts';
import type { WireIssue } from './wire.ts';

/** Redmine stores every custom value as text, or as a list of texts. */
export function customValueOf(
  value: string | readonly string[] | null | undefined,
  shape: CustomFieldShape | undefined,
): FieldValue {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') return value.filter((one) => one !== '').toSorted();
  if (shape?.multiple === true) return value === '' ? [] : [value];
  if (value === '') return null;
  if (shape?.format === 'int' || shape?.format === 'float')
    return Number.isNaN(Number(value)) ? value : Number(value);
  if (shape?.format === 'bool') return value === '1';
  return value;
}

/** The body of a create or an update. Empty is an empty text: Redmine ignores some nulls. */
export function payloadOf(fields: Readonly<Record<FieldId, FieldValue>>): Record<string, unknown> {
  const payload: Record<string, unknown> = {};
  const custom: { id: number; value: string | readonly string[] }[] = [];
  for (const [id, value] of Object.entries(fields)) {
    const number = customFieldNumber(id);
    if (number !== undefined) custom.push({ id: number, value: customText(value) });
    else payload[id] = value ?? '';
  }
  if (custom.length > 0) payload['custom_fields'] = custom;
  return payload;
}

function customText(value: FieldValue): string | readonly string[] {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  // An empty list is dropped without a word; a list with an empty text empties the field.
  if (typeof value === 'object') return value.length === 0 ? [''] : value;
  return String(value);
}

export function customFieldNumber(id: FieldId): number | undefined {
  const digits = /^cf_(\d+)$/.exec(id)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Seconds are too coarse to tell two changes apart, so the newest journal is part of the version. */
export function versionOf(issue: WireIssue): string {
  return `${issue.updated_on}/${issue.journals.at(-1)?.id ?? 0}`;
}

/** The newest journal that was there when the version was read. */
export function journalOfVersion(version: string): number {
  return Number(/\/(\d+)$/.exec(version)?.[1] ?? 0);
}

export function instantOf(time: string): Instant {
  return new Date(time).toISOString();
}

export function person(reference: { readonly id: number; readonly name: string }): UserReference {
  return { id: String(reference.id), ...(reference.name === '' ? {} : { name: reference.name }) };
}
