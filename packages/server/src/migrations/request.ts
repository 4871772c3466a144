import type { MigrationBody } from '@lockstep/api';
import type { Both, IntegrationConfiguration, MigrationRequest, Side } from '@lockstep/engine';
import type { FieldDefinition, Schema } from '@lockstep/sdk';
import { filterFaults, withFilterIds } from '../integrations/filters.ts';
import { Refusal } from '../integrations/refusal.ts';

/** What was asked for, in ids; people write titles. Throws `Refusal` for fields and options that the side does not have. */
export function toRequest(
  body: MigrationBody,
  configuration: IntegrationConfiguration,
  schemas: Both<Schema>,
): MigrationRequest {
  const { from, createdAfter, createdBefore, items, alreadyMigrated } = body;
  if (createdAfter !== undefined && createdBefore !== undefined && createdBefore <= createdAfter)
    throw refusal(
      ['createdBefore'],
      'createdBefore is not after createdAfter, so no item is chosen',
      'Correct the dates.',
    );
  return {
    from,
    alreadyMigrated,
    ...(createdAfter === undefined ? {} : { createdAfter }),
    ...(createdBefore === undefined ? {} : { createdBefore }),
    ...(items === undefined ? {} : { items: [...new Set(items)] }),
    ...(body.filter === undefined ? {} : { filter: filterOf(body, configuration, schemas) }),
    ...(body.fields === undefined ? {} : { fields: fieldsOf(body.fields, from, configuration, schemas) }),
  };
}

function filterOf(
  { from, filter }: MigrationBody,
  configuration: IntegrationConfiguration,
  schemas: Both<Schema>,
): NonNullable<MigrationRequest['filter']> {
  // Read as a filter of the integration's side would be.
  const other = from === 'left' ? 'right' : 'left';
  const asked = {
    ...configuration,
    [from]: { ...configuration[from], filters: { all: filter } },
    [other]: { ...configuration[other], filters: {} },
  } as IntegrationConfiguration;
  const [fault] = filterFaults(asked, schemas);
  if (fault !== undefined)
    throw refusal(['filter', ...fault.path.slice(3)], fault.message, fault.remedy ?? 'Correct the filter.');
  const all = withFilterIds(asked, schemas)[from].filters?.all;
  if (all === undefined) throw new Error('a filter was lost');
  return all;
}

function fieldsOf(
  wanted: readonly string[],
  from: Side,
  configuration: IntegrationConfiguration,
  schemas: Both<Schema>,
): readonly string[] {
  const known = mappedFields(from, configuration, schemas);
  return wanted.map((text, index) => {
    const folded = text.toLocaleLowerCase('en');
    const found =
      known.find(({ id }) => id === text) ??
      known.find(({ title }) => title.toLocaleLowerCase('en') === folded);
    if (found !== undefined) return found.id;
    const titles = [...new Set(known.map(({ title }) => title))].join(', ');
    throw refusal(
      ['fields', index],
      `no mapped field of the ${from} side is called “${text}”`,
      `Use one of: ${titles}; or map the field first.`,
    );
  });
}

/** The fields of a side that any type mapping carries. */
function mappedFields(
  from: Side,
  configuration: IntegrationConfiguration,
  schemas: Both<Schema>,
): readonly FieldDefinition[] {
  const names = new Set(
    configuration.types.flatMap((type) => type.fields.map((field) => field[from].toLocaleLowerCase('en'))),
  );
  return schemas[from].types
    .flatMap((type) => type.fields)
    .filter(({ id, title }) => [id, title].some((name) => names.has(name.toLocaleLowerCase('en'))));
}

function refusal(path: (string | number)[], message: string, remedy: string): Refusal {
  return new Refusal(400, 'invalid-request', message, remedy, [{ path, message, remedy, level: 'error' }]);
}
