import { ApiError, type Client, type IntegrationInput } from '@lockstep/api';
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

test('a first mapping is suggested, and saved as it is; its types are copied, switched off, on, and deleted', async () => {
  const left = openTracker('left');
  openTracker('right');
  const { client } = await serving.start();
  await configureOne(client);
  const { left: from, right: to } = between('left', 'right');
  const { document, notes, warnings } = await client.suggest({ left: from, right: to });
  expect(warnings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(notes.map(({ text }) => text).join()).toMatch(/only into new items: Reporter/);
  expect(document).toMatchObject({
    types: [
      { left: 'Task', right: 'Task', comments: { direction: '<->' }, reference: { left: 'Reference' } },
    ],
  });
  const suggested = document as unknown as IntegrationInput;
  await client.putIntegration('one', { ...suggested, startFrom: '2020-01-01', interval: '1h' });
  left.create('sync', { title: 'first' });
  await client.enable('one', { resume: 'all' });
  await latestEnded(client);

  const type = { left: 'task', right: 'task' };
  const types = async (): Promise<(boolean | undefined)[]> => {
    const { document: saved } = await client.integration('one');
    return (saved as unknown as IntegrationInput).types.map(({ enabled }) => enabled);
  };
  const refused = async (asked: Promise<unknown>): Promise<string> => {
    const error: unknown = await asked.catch((caught: unknown) => caught);
    return error instanceof ApiError ? error.problem.code : 'nothing';
  };
  expect((await client.changeTypeMapping('one', { action: 'switch-off', ...type })).pairs).toBe(1);
  expect(await types()).toEqual([false]);
  await client.changeTypeMapping('one', { action: 'switch-on', ...type });
  await client.changeTypeMapping('one', { action: 'copy', ...type });
  expect(await types()).toEqual([undefined, false]);
  expect(await refused(client.changeTypeMapping('one', { action: 'switch-on', ...type }))).toBe(
    'invalid-integration',
  );
  const as = { right: 'Epic' };
  expect(await refused(client.changeTypeMapping('one', { action: 'copy', ...type, as }))).toBe(
    'invalid-integration',
  );
  await client.changeTypeMapping('one', { action: 'delete', ...type }, { dryRun: true });
  expect(await types()).toEqual([undefined, false]);
  await client.changeTypeMapping('one', { action: 'delete', ...type });
  expect(await types()).toEqual([false]);
  expect(await refused(client.changeTypeMapping('one', { action: 'delete', ...type }))).toBe('last-type');
  const unknown = { action: 'delete', left: 'Epic', right: 'Task' } as const;
  expect(await refused(client.changeTypeMapping('one', unknown))).toBe('unknown-type-mapping');
});
