import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationDocument } from '@lockstep/api';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { descriptions } from './descriptions.ts';
import { configurationSchema } from './schema.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const valid = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(
  configurationSchema(),
);

it('is published as it is; `npm run schema` writes it anew', () => {
  expect(JSON.parse(read('docs/reference/configuration.schema.json'))).toEqual(configurationSchema());
});

it.each(readdirSync(path.join(root, 'examples')))('takes %s', (file) => {
  valid(parse(read(`examples/${file}`)));
  expect(valid.errors ?? []).toEqual([]);
});

const type = { left: 'Bug', right: 'Ticket', fields: ['a <-> b'] };
const between = (more: object) => ({
  integrations: { one: { left: { connection: 'a' }, right: { connection: 'b' }, types: [type], ...more } },
});

it.each([
  [
    'numbers as options',
    between({ types: [{ ...type, fields: [{ left: 'a', right: 'b', options: [[1, true]] }] }] }),
  ],
  [
    'a nested filter',
    between({ filters: { left: { all: { not: { or: [{ field: 'a', is: 'equals', value: 1 }] } } } } }),
  ],
  [
    'a secret by reference',
    { connections: { a: { tracker: 'redmine', config: { url: '${env:URL}', apiKey: '${env:KEY}' } } } },
  ],
])('takes what the server takes: %s', (_, document) => {
  expect(ConfigurationDocument.safeParse(document).success).toBe(true);
  expect(valid(document)).toBe(true);
});

it.each([
  ['a misspelt key', between({ intervall: '5m' })],
  ['an unknown operator', between({ filters: { left: { all: { field: 'a', is: 'like', value: 'b' } } } })],
  [
    'an unknown policy',
    between({ types: [{ ...type, fields: [{ left: 'a', right: 'b', policy: 'oldest' }] }] }),
  ],
  ['a tracker that is not there', { connections: { a: { tracker: 'jura' } } }],
  [
    'a setting that the tracker lacks',
    { connections: { a: { tracker: 'redmine', config: { url: 'x', apiKey: 'k', queue: 1 } } } },
  ],
])('refuses %s', (_, document) => {
  expect(valid(document)).toBe(false);
});

it('tells what each key means in the words of the reference', () => {
  const told = descriptions(
    '## `a.NAME`\n\n| Key | Default | Means |\n| --- | --- | --- |\n| `x`, `y.z` | `5m` | this \\| [that](b.md) |\n',
  );
  expect([...told]).toEqual([
    ['a.NAME/x', 'this | that. Default: 5m'],
    ['a.NAME/y.z', 'this | that. Default: 5m'],
  ]);
  expect(JSON.stringify(configurationSchema()).match(/"description"/g)?.length).toBeGreaterThan(30);
});
