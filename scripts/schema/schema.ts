import { ConfigurationDocument } from '@lockstep/api';
import { connectors } from '@lockstep/connectors';
import { z } from 'zod';
import { descriptions } from './descriptions.ts';

type Json = Record<string, unknown>;

/** The configuration file as JSON Schema, for editors to complete and to check while people write. */
export function configurationSchema(): Json {
  const schema = asSchema(ConfigurationDocument);
  const told = descriptions();
  const [connection, integration, notification] = ['connections', 'integrations', 'notifications'].map(
    (key) => entryOf(schema, key),
  );
  if (connection === undefined || integration === undefined || notification === undefined)
    throw new Error('the configuration has no connections, integrations or notifications any more');
  describe(schema, 'The file', told);
  describe(connection, 'connections.NAME', told);
  describe(integration, 'integrations.NAME', told);
  const type = at(integration, ['properties', 'types', 'items']);
  describe(type, 'types[]', told);
  describe(at(type, ['properties', 'derived', 'items']), 'derived[]', told);
  for (const form of at(type, ['properties', 'fields', 'items'])['anyOf'] as Json[])
    describe(form, 'fields[]', told);
  describe(notification, 'notifications.NAME', told);
  const { channel } = notification['properties'] as Record<string, Json>;
  Object.assign(notification['properties'] as Json, { channel: open(channel ?? {}) });
  completeTrackers(connection);
  return {
    $schema: schema['$schema'],
    title: 'Lockstep configuration',
    description:
      'What `lockstep apply FILE` takes. ${env:NAME} in a text stands for an environment variable.',
    ...schema,
  };
}

/** What each tracker needs, once `tracker` says which. Secrets may be references, so their forms are left open. */
function completeTrackers(connection: Json): void {
  at(connection, ['properties', 'tracker'])['enum'] = connectors.map(({ id }) => id);
  connection['allOf'] = connectors.map(({ id, config }) => ({
    if: { properties: { tracker: { const: id } } },
    then: { properties: { config: { ...open(asSchema(config)), additionalProperties: false } } },
  }));
}

/** A setting given as `${env:NAME}` has no form yet: formats and patterns are the server's to check. */
function open(schema: Json): Json {
  const { $schema: _, ...rest } = schema;
  return JSON.parse(
    JSON.stringify(rest, (key, value: unknown) =>
      key === 'format' || key === 'pattern' || key === 'minLength' || key === 'maxLength' ? undefined : value,
    ),
  ) as Json;
}

function asSchema(of: z.ZodType): Json {
  return z.toJSONSchema(of, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod as { def: { type: string; coerce?: boolean } };
      // What is read as a text may be written as YAML likes it: 1, true, 2026-01-01.
      if (def.type === 'string' && def.coerce === true)
        Object.assign(jsonSchema, { type: ['string', 'number', 'boolean'] });
    },
  }) as Json;
}

function describe(schema: Json, heading: string, told: ReadonlyMap<string, string>, before = ''): void {
  for (const [key, property] of Object.entries((schema['properties'] ?? {}) as Record<string, Json>)) {
    const text = told.get(`${heading}/${before}${key}`);
    if (text !== undefined) property['description'] = text;
    describe(property, heading, told, `${before}${key}.`);
  }
}

function entryOf(schema: Json, key: string): Json {
  return resolved(schema, at(schema, ['properties', key, 'additionalProperties']));
}

function resolved(schema: Json, found: Json): Json {
  const name = /^#\/\$defs\/(.+)$/.exec(String(found['$ref'] ?? ''))?.[1];
  return name === undefined ? found : at(schema, ['$defs', name]);
}

function at(schema: Json, path: readonly string[]): Json {
  let place: unknown = schema;
  for (const step of path) place = (place as Json | undefined)?.[step];
  if (place === null || typeof place !== 'object')
    throw new Error(`the schema has nothing at ${path.join('.')}`);
  return place as Json;
}
