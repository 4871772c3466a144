import type { Client, ConfigurationInput } from '@lockstep/api';
import { expect, test } from 'vitest';
import { renaming } from '../document/renamed.ts';
import { createOutput } from '../output.ts';
import { duplicate } from './duplicate.ts';
import { exportAll } from './export.ts';

const types = [{ left: 'Bug', right: 'Ticket', fields: ['Subject <-> Subject'] }];
const document = {
  left: { connection: 'a', scope: { project: 'x' } },
  right: { connection: 'b', scope: {} },
  types,
  enabled: true,
};
const output = createOutput(true, { write: () => true } as unknown as NodeJS.WriteStream);

function holding(saved: ConfigurationInput[] = []): Client {
  const one = { name: 'one', document };
  const other = { name: 'other', document: { ...document, right: { connection: 'c', scope: {} } } };
  const connections = ['a', 'b', 'c'].map((name) => ({
    name,
    tracker: 'rt',
    config: {},
    secrets: ['token'],
  }));
  return {
    integration: (name: string) => Promise.resolve(name === 'one' ? one : other),
    integrations: () => Promise.resolve({ items: [one, other] }),
    connections: () => Promise.resolve({ items: connections }),
    configure: (body: ConfigurationInput) => {
      saved.push(body);
      return Promise.resolve({ connections: [], integrations: [], warnings: [] });
    },
  } as unknown as Client;
}

test('a duplicate has the same mapping between other scopes, and does not run', async () => {
  const saved: ConfigurationInput[] = [];
  const options = { connection: ['b=c'], scope: ['left.project=y'] };
  await duplicate(holding(saved), 'one', renaming('two', options), output);
  expect(saved).toEqual([
    {
      integrations: {
        two: {
          left: { connection: 'a', scope: { project: 'y' } },
          right: { connection: 'c', scope: {} },
          types,
        },
      },
    },
  ]);
});

test('a name that is taken is never written over', async () => {
  const saved: ConfigurationInput[] = [];
  const again = duplicate(holding(saved), 'one', renaming('other', { connection: [], scope: [] }), output);
  await expect(again).rejects.toThrow('there is an integration “other” already');
  expect(saved).toEqual([]);
});

test('of chosen integrations only the connections that they use are exported', async () => {
  const found: object[] = [];
  await exportAll(holding(), ['one'], { ...output, result: (value) => void found.push(value) });
  expect(found).toEqual([
    expect.objectContaining({
      connections: { a: expect.anything(), b: expect.anything() },
      integrations: { one: document },
      variables: ['A_TOKEN', 'B_TOKEN'],
    }),
  ]);
});
