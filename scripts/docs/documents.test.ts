import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationDocument, IntegrationDocument } from '@lockstep/api';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const documents = execFileSync('git', ['ls-files', '-z', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '');

it('every link in a document leads to a file', () => {
  const broken = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, link]) => link ?? '')
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !existsSync(path.join(root, path.dirname(file), link)))
      .map((link) => `${file}: ${link}`),
  );
  expect(documents.length).toBeGreaterThan(10);
  expect(broken).toEqual([]);
});

it('every npm script that a document names is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const missing = documents.flatMap((file) =>
    [...read(file).matchAll(/npm (?:run )(?:-s )?([a-z][\w:-]*)/g)]
      .map(([, name]) => name ?? '')
      .filter((name) => scripts[name] === undefined)
      .map((name) => `${file}: npm run ${name}`),
  );
  expect(missing).toEqual([]);
});

it('every file that the architecture names is there', () => {
  const named = [...read('ARCHITECTURE.md').matchAll(/`((?:packages|scripts|docs|e2e)\/[\w./-]+)`/g)].map(
    ([, file]) => file ?? '',
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

it.each(readdirSync(path.join(root, 'examples')))('%s is a configuration', (file) => {
  const document = ConfigurationDocument.parse(parse(read(`examples/${file}`)));
  expect(Object.keys(document.integrations).length).toBeGreaterThan(0);
});

it('every key of an integration is described', () => {
  const schema = z.toJSONSchema(IntegrationDocument, { io: 'input', unrepresentable: 'any' });
  const reference = read('docs/reference/configuration.md');
  const keys = [...new Set(keysOf(schema))].filter((key) => key !== 'and' && key !== 'or' && key !== 'not');
  expect(keys.length).toBeGreaterThan(25);
  expect(keys.filter((key) => !new RegExp(`[\`.]${key}\`|\`${key}[.\`]`).test(reference))).toEqual([]);
});

/** The names of all properties, however deep. */
function keysOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (schema === null || typeof schema !== 'object') return [];
  return Object.entries(schema).flatMap(([name, value]) =>
    name === 'properties'
      ? [...Object.keys(value as object), ...Object.values(value as object).flatMap(keysOf)]
      : keysOf(value),
  );
}
