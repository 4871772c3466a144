import type { FieldValue } from '@lockstep/sdk';

/** Null, the empty text and the empty list all mean that nothing is there. */
export function isEmpty(value: FieldValue | undefined): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

export function asList(value: FieldValue | undefined): readonly string[] {
  if (isEmpty(value)) return [];
  return Array.isArray(value) ? value : [String(value)];
}

/** A value for people: short, on one line. */
export function show(value: FieldValue | undefined): string {
  if (isEmpty(value)) return '(empty)';
  const text = (Array.isArray(value) ? value.join(', ') : String(value)).replaceAll(/\s+/g, ' ');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
