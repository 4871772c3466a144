import type { Fault } from '@lockstep/api';
import type { Both, Filter, IntegrationConfiguration, Side } from '@lockstep/engine';
import { SIDES } from '@lockstep/engine';
import type { FieldDefinition, Schema } from '@lockstep/sdk';

type Path = readonly (string | number)[];
type Condition = Extract<Filter, { readonly is: unknown }>;
const SETS = ['all', 'new', 'synced'] as const;

/** What every item has, beside its fields. */
const BUILT_IN = ['key', 'type', 'createdAt', 'updatedAt', 'visibility'];

/** People write titles, in filters too; items hold ids. What is not known stays as written: `filterFaults` tells of it. */
export function withFilterIds(
  configuration: IntegrationConfiguration,
  schemas: Both<Schema>,
): IntegrationConfiguration {
  const side = (of: Side): IntegrationConfiguration[Side] => {
    const { filters } = configuration[of];
    if (filters === undefined) return configuration[of];
    const fields = mappedFields(configuration, schemas, of);
    const translated = Object.fromEntries(
      Object.entries(filters).map(([set, filter]) => [set, translate(filter, fields)]),
    );
    return { ...configuration[of], filters: translated };
  };
  return { ...configuration, left: side('left'), right: side('right') };
}

/** Conditions on fields or options that the side does not have: they would silently hold for all items, or for none. */
export function filterFaults(configuration: IntegrationConfiguration, schemas: Both<Schema>): Fault[] {
  return SIDES.flatMap((side) => {
    const fields = mappedFields(configuration, schemas, side);
    return SETS.flatMap((set) => {
      const filter = configuration[side].filters?.[set];
      return filter === undefined ? [] : faultsIn(filter, fields, side, ['filters', side, set]);
    });
  });
}

function mappedFields(
  configuration: IntegrationConfiguration,
  schemas: Both<Schema>,
  side: Side,
): readonly FieldDefinition[] {
  const wanted = configuration.types.map((type) => type[side].toLocaleLowerCase('en'));
  return schemas[side].types
    .filter(
      (type) =>
        wanted.includes(type.id.toLocaleLowerCase('en')) ||
        wanted.includes(type.title.toLocaleLowerCase('en')),
    )
    .flatMap((type) => type.fields);
}

function translate(filter: Filter, fields: readonly FieldDefinition[]): Filter {
  if ('and' in filter) return { and: filter.and.map((part) => translate(part, fields)) };
  if ('or' in filter) return { or: filter.or.map((part) => translate(part, fields)) };
  if ('not' in filter) return { not: translate(filter.not, fields) };
  const found = named(fields, filter.field);
  const [field] = found;
  if (field === undefined) return filter;
  if (!comparesWhole(filter) || filter.value === undefined) return { ...filter, field: field.id };
  const ids = listed(filter.value).map((text) => optionOf(found, text)?.id ?? text);
  return { ...filter, field: field.id, value: ids.length === 1 ? (ids[0] ?? '') : ids };
}

function faultsIn(filter: Filter, fields: readonly FieldDefinition[], side: Side, path: Path): Fault[] {
  if ('and' in filter)
    return filter.and.flatMap((part, index) => faultsIn(part, fields, side, [...path, 'and', index]));
  if ('or' in filter)
    return filter.or.flatMap((part, index) => faultsIn(part, fields, side, [...path, 'or', index]));
  if ('not' in filter) return faultsIn(filter.not, fields, side, [...path, 'not']);
  if (BUILT_IN.includes(filter.field)) return [];
  const found = named(fields, filter.field);
  const fault = (last: string, message: string, choices: readonly string[]): Fault => ({
    path: [...path, last],
    message,
    remedy: `Use one of: ${[...new Set(choices)].join(', ')}.`,
    level: 'error',
  });
  if (found.length === 0) {
    const choices = [...fields.map((field) => field.title), ...BUILT_IN];
    return [fault('field', `the mapped types of the ${side} side have no field “${filter.field}”`, choices)];
  }
  const options = found.flatMap((field) => field.options ?? []);
  if (options.length === 0 || !comparesWhole(filter)) return [];
  return listed(filter.value ?? [])
    .filter((text) => optionOf(found, text) === undefined)
    .map((text) =>
      fault(
        'value',
        `${filter.field} has no option “${text}” on the ${side} side`,
        options.map((one) => one.title),
      ),
    );
}

function named(fields: readonly FieldDefinition[], text: string): readonly FieldDefinition[] {
  const same = fields.filter((field) => field.id === text);
  const folded = text.toLocaleLowerCase('en');
  return same.length > 0 ? same : fields.filter((field) => field.title.toLocaleLowerCase('en') === folded);
}

function optionOf(fields: readonly FieldDefinition[], text: string) {
  const options = fields.flatMap((field) => field.options ?? []);
  const folded = text.trim().toLocaleLowerCase('en');
  return (
    options.find((option) => option.id === text) ??
    options.find((option) => option.title.trim().toLocaleLowerCase('en') === folded)
  );
}

function comparesWhole(condition: Condition): boolean {
  return condition.is === 'equals' || condition.is === 'not equals' || condition.is === 'contains one of';
}

function listed(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
