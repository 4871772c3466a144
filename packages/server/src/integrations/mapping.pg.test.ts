import type { Client } from '@lockstep/api';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { between, configureOne, latestEnded, openTracker, useServers } from '../testing/serving.ts';

const database = useTestDatabase();
const serving = useServers(database);
const FIELDS = ['Title <-> Title', 'Status <-> Status'];

/** Runs, and waits for the end of it. */
async function run(client: Client): Promise<void> {
  const { request } = await client.run('one');
  await expect
    .poll(async () => (await client.request(request)).run?.outcome, { timeout: 20_000 })
    .toBe('succeeded');
}

test('a type mapping that is switched off leaves its pairs alone, and they go on once it is on again (P5, P2)', async () => {
  const [left, right] = [openTracker('left'), openTracker('right')];
  const { client } = await serving.start();
  const types = [{ left: 'Task', right: 'Task', fields: FIELDS }];
  await configureOne(client, { types });
  const id = left.create('sync', { title: 'first' });
  await client.enable('one', { resume: 'all' });
  await latestEnded(client);
  const save = async (more: Parameters<typeof between>[2]): Promise<void> => {
    await client.putIntegration('one', between('left', 'right', more));
  };

  await save({ types: [{ ...types[0]!, enabled: false }] });
  left.edit('alice', id, { title: 'while switched off' });
  await run(client);
  expect(right.show('1').fields['title']).toBe('first');
  expect((await client.items('one')).items[0]?.message).toMatch(/Task ↔ Task is switched off/);
  await save({ types });
  await run(client);
  expect(right.show('1').fields['title']).toBe('while switched off');

  // A filter keeps the pair out; without it, what changed meanwhile is carried.
  const filters = { left: { synced: { field: 'Title', is: 'equals', value: 'first' } } } as const;
  await save({ types, filters });
  left.edit('alice', id, { title: 'while filtered' });
  await run(client);
  expect(right.show('1').fields['title']).toBe('while switched off');
  await save({ types });
  await run(client);
  expect(right.show('1').fields['title']).toBe('while filtered');
});
