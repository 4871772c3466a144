import type { Direction, FieldMapping, OptionRow, Side } from '../configuration/integration.ts';
import { MAPPED_FIELDS } from './history.ts';
import type { MappedField, OptionTable } from './history.ts';

/** How the integration of a history maps its fields at one time. */
export interface Mapping {
  readonly fields: Readonly<Record<MappedField, Direction | 'none'>>;
  readonly options: OptionTable;
}

export const AT_FIRST: Mapping = {
  fields: { priority: 'both', assignee: 'both', due: 'both', labels: 'both' },
  options: 'alike',
};

/** Several of the left side's priorities are one of the right's; `urgent` of the right side has no counterpart. */
const JOINED: readonly OptionRow[] = [
  { left: 'low', right: 'low' },
  { left: 'normal', right: 'normal' },
  { left: 'high', right: 'high' },
  { left: 'urgent', right: 'high' },
];

export function fieldMappings(mapping: Mapping): readonly FieldMapping[] {
  const always = ['title', 'description', 'status'].map((id): FieldMapping => ({ left: id, right: id }));
  const changing = MAPPED_FIELDS.flatMap((id): FieldMapping[] => {
    const direction = mapping.fields[id];
    if (direction === 'none') return [];
    const options = id === 'priority' && mapping.options === 'joined' ? { options: JOINED } : {};
    return [{ left: id, right: id, direction, ...options }];
  });
  return [...always, ...changing, { left: 'severity', right: 'severity', direction: 'to-right' }];
}

/** Does this mapping carry a field to a side? */
export function carriesTo(mapping: Mapping, field: string, side: Side): boolean {
  if (field === 'severity') return side === 'right';
  const direction = isChanging(field) ? mapping.fields[field] : 'both';
  return direction === 'both' || direction === `to-${side}`;
}

/** Do two mappings treat a field alike? */
export function isSameFor(field: string, one: Mapping, another: Mapping): boolean {
  if (!isChanging(field)) return true;
  return (
    one.fields[field] === another.fields[field] && (field !== 'priority' || one.options === another.options)
  );
}

/** Do values of both sides mean the same under this mapping? */
export function isAlike(mapping: Mapping, field: string, left: string, right: string): boolean {
  if (left === right) return true;
  if (field !== 'priority' || mapping.options !== 'joined') return false;
  return JOINED.some((row) => row.left === left && row.right === right);
}

function isChanging(field: string): field is MappedField {
  return (MAPPED_FIELDS as readonly string[]).includes(field);
}
