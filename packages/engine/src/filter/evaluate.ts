import type { FieldValue, Item } from '@lockstep/sdk';
import type { Condition, Filter } from './filter.ts';

/** The first condition the item does not meet, in words; undefined when it passes. */
export function unmetCondition(filter: Filter | undefined, item: Item): string | undefined {
  if (filter === undefined) return undefined;
  if ('and' in filter) {
    for (const part of filter.and) {
      const unmet = unmetCondition(part, item);
      if (unmet !== undefined) return unmet;
    }
    return undefined;
  }
  if ('or' in filter) {
    const unmet = filter.or.map((part) => unmetCondition(part, item));
    return unmet.includes(undefined) ? undefined : unmet.join(' and also ');
  }
  if ('not' in filter) {
    return unmetCondition(filter.not, item) === undefined ? `not (${describe(filter.not)})` : undefined;
  }
  return holds(filter, item) ? undefined : describe(filter);
}

/** A condition that an item does not meet, and what the item has in the fields that it speaks of. */
export interface UnmetCondition {
  /** As written, in ids. */
  readonly condition: string;
  readonly values: readonly { readonly field: string; readonly value: FieldValue }[];
}

/** Every condition that the item does not meet: each part of an `and` by itself, `or` and `not` as a whole. Pure. */
export function unmetConditions(filter: Filter | undefined, item: Item): readonly UnmetCondition[] {
  if (filter === undefined) return [];
  if ('and' in filter) return filter.and.flatMap((part) => unmetConditions(part, item));
  if (unmetCondition(filter, item) === undefined) return [];
  const fields = [...new Set(fieldsIn(filter))];
  return [
    { condition: describe(filter), values: fields.map((field) => ({ field, value: valueOf(field, item) })) },
  ];
}

function fieldsIn(filter: Filter): readonly string[] {
  if ('and' in filter) return filter.and.flatMap(fieldsIn);
  if ('or' in filter) return filter.or.flatMap(fieldsIn);
  if ('not' in filter) return fieldsIn(filter.not);
  return [filter.field];
}

/** A filter in the words of its operators. */
export function describe(filter: Filter): string {
  if ('and' in filter) return filter.and.map(describe).join(' and ');
  if ('or' in filter) return `(${filter.or.map(describe).join(' or ')})`;
  if ('not' in filter) return `not (${describe(filter.not)})`;
  const value = filter.value === undefined ? '' : ` ${JSON.stringify(filter.value)}`;
  return `${filter.field} ${filter.is}${value}`;
}

function valueOf(field: string, item: Item): FieldValue {
  switch (field) {
    case 'key':
    case 'type':
    case 'createdAt':
    case 'updatedAt':
    case 'visibility':
      return item[field];
    default:
      return item.fields[field] ?? null;
  }
}

function holds(condition: Condition, item: Item): boolean {
  const fold = (text: string): string =>
    condition.caseSensitive === true ? text : text.toLocaleLowerCase('en');
  const raw = valueOf(condition.field, item);
  const values = (
    Array.isArray(raw) ? raw : raw === null || raw === '' ? [] : [String(raw)]
  ) as readonly string[];
  const wanted = (
    Array.isArray(condition.value) ? condition.value : [condition.value ?? '']
  ) as readonly string[];
  const contains = (): boolean =>
    values.some((value) => wanted.some((text) => fold(value).includes(fold(text))));
  const equals = (): boolean => values.some((value) => wanted.some((text) => fold(value) === fold(text)));
  switch (condition.is) {
    case 'contains':
    case 'contains one of':
      return contains();
    case 'not contains':
      return !contains();
    case 'equals':
      return equals();
    case 'not equals':
      return !equals();
    case 'empty':
      return values.length === 0;
    case 'not empty':
      return values.length > 0;
    case 'regex':
      return values.some((value) =>
        new RegExp(wanted[0] ?? '', condition.caseSensitive === true ? 'u' : 'iu').test(value),
      );
    case 'before':
      return values.some((value) => Date.parse(value) < Date.parse(wanted[0] ?? ''));
    case 'after':
      return values.some((value) => Date.parse(value) > Date.parse(wanted[0] ?? ''));
  }
}
