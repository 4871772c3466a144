import { ApiError, type Client } from '@lockstep/api';
import { ConnectorError } from '@lockstep/sdk';
import { beforeEach, expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);
const serving = useServers(database);
let refused: string | undefined;
let left: ReturnType<typeof openTracker>;
let right: ReturnType<typeof openTracker>;
let client: Client;

async function run(): Promise<void> {
  const { request } = await client.run('one');
  await expect
    .poll(async () => (await client.request(request)).run?.outcome, { timeout: 20_000 })
    .toBe('succeeded');
}

beforeEach(async () => {
  refused = undefined;
  left = openTracker('left');
  right = openTracker('right', {
    before: (kind) => {
      if (kind === 'write' && refused !== undefined)
        throw new ConnectorError('rejected', refused, { remedy: 'Say something else.' });
    },
  });
  for (const tracker of [left, right])
    tracker.addUser({ id: 'alice', login: 'alice', name: 'Alice Ä', email: 'a@example.test', active: true });
  ({ client } = await serving.start());
  await configureOne(client, {
    enabled: true,
    filters: {
      left: {
        all: {
          and: [
            { field: 'Title', is: 'not contains', value: 'secret' },
            {
              or: [
                { field: 'Status', is: 'contains one of', value: ['Open', 'Done'] },
                { field: 'Priority', is: 'equals', value: 'High' },
              ],
            },
          ],
        },
      },
    },
  });
  await latestEnded(client);
});

const keys = async (query: Parameters<Client['items']>[1]): Promise<(string | undefined)[]> =>
  (await client.items('one', query)).items.map((one) => one.left?.key);

test('the newest record of each item is listed, filtered and paged; one item’s history tells who changed what', async () => {
  left.create('alice', { title: 'Erste Ärgernis' });
  await run();
  left.create('alice', { title: 'a secret', status: 'doing', priority: 'low' });
  left.create('alice', { title: 'third' });
  await run();
  left.edit('alice', '1', { status: 'done' });
  left.comment('alice', '1', 'so it is');
  await run();
  refused = 'no such words';
  left.edit('alice', '3', { title: 'third, refused' });
  await run();

  const { items } = await client.items('one');
  expect(items.map((one) => [one.left?.key, one.outcome])).toEqual([
    ['LEFT-3', 'parked'],
    ['LEFT-1', 'updated'],
    ['LEFT-2', 'skipped'],
  ]);
  expect(items[0]).toMatchObject({ failed: true, remedy: 'Say something else.' });
  expect(items[1]).toMatchObject({
    left: { title: 'Erste Ärgernis', type: 'Task', url: 'memory://left/1' },
    right: { key: 'RIGHT-1' },
    changes: [
      {
        side: 'right',
        title: 'Status',
        words: { before: 'Open', after: 'Done' },
        before: 'open',
        after: 'done',
        by: 'Alice Ä',
      },
    ],
  });
  expect(items[2]?.unmet).toMatchObject([
    {
      filter: 'all',
      side: 'left',
      condition: 'title not contains "secret"',
      values: [{ title: 'Title', value: 'a secret' }],
    },
    {
      condition: '(status contains one of ["open","done"] or priority equals "high")',
      values: [
        { title: 'Status', words: 'In progress' },
        { title: 'Priority', words: 'Low' },
      ],
    },
  ]);

  expect(await keys({ outcome: 'failed' })).toEqual(['LEFT-3']);
  expect(await keys({ outcome: 'skipped' })).toEqual(['LEFT-2']);
  expect(await keys({ text: 'ÄRGER' })).toEqual(['LEFT-1']);
  expect(await keys({ text: 'right-1' })).toEqual(['LEFT-1']);
  expect(await keys({ text: '%' })).toEqual([]);
  expect(await keys({ type: 'task' })).toHaveLength(3);
  expect(await keys({ type: 'Bug' })).toEqual([]);
  expect(await keys({ side: 'right' })).toEqual([]);
  expect(await keys({ until: '2020-01-01' })).toEqual([]);
  expect(await keys({ since: '2020-01-01' })).toHaveLength(3);
  const runs = await client.runs('one');
  expect(new Set(await keys({ run: runs.items.at(-3)?.id }))).toEqual(new Set(['LEFT-2', 'LEFT-3']));
  const first = await client.items('one', { limit: 2 });
  expect(await keys({ limit: 2, before: first.next })).toEqual(['LEFT-2']);

  // What is mended is told, though nothing was left to write.
  refused = undefined;
  left.edit('alice', '3', { title: 'third' });
  await run();
  expect(await keys({ outcome: 'failed' })).toEqual([]);

  for (const name of ['RIGHT-1', 'left-1', 'memory://left/1', 'memory%3A%2F%2Fright%2F1']) {
    const [place, ...more] = (await client.findItem(name)).items;
    expect([name, more]).toEqual([name, []]);
    expect(place).toMatchObject({ integration: 'one', pair: 'active', left: { key: 'LEFT-1' } });
    if (place === undefined) continue;
    const history = await client.itemHistory('one', place);
    expect(history.items.map(({ outcome, changes }) => [outcome, changes.map((one) => one.by)])).toEqual([
      ['updated', ['Alice Ä']],
      ['created', expect.arrayContaining(['Alice Ä'])],
    ]);
    const page = await client.itemHistory('one', place, { limit: 1 });
    expect((await client.itemHistory('one', place, { limit: 1, before: page.next })).items[0]?.outcome).toBe(
      'created',
    );
  }
  expect((await client.findItem('memory://elsewhere/1')).items).toEqual([]);
  const refusal: unknown = await client.items('one', { since: 'yesterday' }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ApiError);
}, 60_000);
