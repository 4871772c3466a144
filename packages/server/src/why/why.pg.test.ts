import type { Client, Why } from '@lockstep/api';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import { ConnectorError } from '@lockstep/sdk';
import { Client as PgClient } from 'pg';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { between, configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);
const serving = useServers(database);

async function query(text: string): Promise<void> {
  const client = new PgClient({ connectionString: database.url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

async function run(client: Client): Promise<void> {
  const { request } = await client.run('one');
  await expect
    .poll(async () => (await client.request(request)).run?.outcome, { timeout: 20_000 })
    .toBe('succeeded');
}

/** The one answer. */
async function only(
  client: Client,
  item: string,
): Promise<Why['answers'][number] & { readonly short: string }> {
  const found = await client.why(item);
  expect([item, found.answers.map(({ code }) => code)]).toEqual([item, [expect.any(String)]]);
  const [answer] = found.answers;
  if (answer === undefined) throw new Error('no answer');
  expect(found.sentence).toBe(answer.sentence);
  return { ...answer, short: found.sentence };
}

test('why an item is or is not in sync, whatever it is called (P2, P6)', async () => {
  let fault: ConnectorError | undefined;
  let away: ConnectorError | undefined;
  const left = openTracker('left', {
    before: () => {
      if (away !== undefined) throw away;
    },
  });
  const right = openTracker('right', {
    before: (kind) => {
      if (kind === 'write' && fault !== undefined) throw fault;
    },
  });
  const { client } = await serving.start();
  expect((await client.why('LEFT-1')).sentence).toContain('There is no integration');
  await configureOne(client, {
    enabled: true,
    types: [
      {
        left: 'Task',
        right: 'Task',
        fields: ['Title <-> Title', 'Status <-> Status', 'Priority -> Priority'],
      },
    ],
    filters: {
      left: {
        all: {
          and: [
            { field: 'Title', is: 'not contains', value: 'internal' },
            { not: { field: 'Priority', is: 'equals', value: 'Low' } },
          ],
        },
      },
    },
  });
  await latestEnded(client);
  left.create('sync', { title: 'first' });
  await run(client);
  for (let number = 2; number <= 6; number += 1) left.create('sync', { title: `number ${number}` });
  await run(client);
  const counterpart = async (key: string): Promise<string> =>
    (await client.findItem(key)).items[0]?.right?.id ?? '';

  expect(await only(client, 'LEFT-1')).toMatchObject({
    code: 'equal',
    short: 'In “one” LEFT-1 is in sync with RIGHT-1: all mapped fields agree.',
    right: { key: 'RIGHT-1' },
  });
  for (const name of ['left-1', 'memory://right/1', 'memory%3A%2F%2Fleft%2F1?x=1#y', 'ＬＥＦＴ－１'])
    expect((await only(client, name)).code).toBe('equal');
  // Item 1 of either side is the same pair, so there is one answer.
  expect((await only(client, '1')).code).toBe('equal');

  left.edit('sync', '2', { title: 'changed' });
  const changed = await only(client, 'LEFT-2');
  expect(changed).toMatchObject({
    code: 'not-carried',
    fields: [{ left: { title: 'Title', words: 'changed' }, right: { words: 'number 2' } }],
  });
  expect(changed.sentence).toContain(`the next run carries it, at ${changed.nextRun ?? '?'}`);
  right.edit('sync', await counterpart('LEFT-3'), { priority: 'high' });
  expect(await only(client, 'LEFT-3')).toMatchObject({ code: 'differing', fields: [{ why: 'one-way' }] });
  left.edit('sync', '4', { title: 'an internal matter', priority: 'low' });
  expect(await only(client, 'LEFT-4')).toMatchObject({
    code: 'filter',
    unmet: [
      { filter: 'all', values: [{ title: 'Title', words: 'an internal matter' }] },
      { condition: 'not (priority equals "low")', values: [{ title: 'Priority', words: 'Low' }] },
    ],
  });
  left.setVisibility('sync', '5', 'private');
  expect((await only(client, 'LEFT-5')).code).toBe('private');
  const sixth = await counterpart('LEFT-6');
  left.delete('6');
  expect(await only(client, 'LEFT-6')).toMatchObject({ code: 'gone', right: { id: sixth } });
  expect((await only(client, `RIGHT-${sixth}`)).code).toBe('counterpart-gone');
  left.create('sync', { title: 'the seventh' });
  expect(await only(client, 'LEFT-7')).toMatchObject({
    code: 'to-be-created',
    left: { url: 'memory://left/7' },
  });
  fault = new ConnectorError('rejected', 'no such title', { remedy: 'Find another.' });
  await run(client);
  const parked = await only(client, 'LEFT-7');
  expect(parked).toMatchObject({ code: 'parked', remedy: 'Find another.', parked: [{ attempts: 1 }] });
  expect(parked.sentence).toMatch(/no such title.*tried again at/);
  fault = undefined;

  const nowhere = await client.why('LEFT-99');
  expect(nowhere.answers).toEqual([]);
  expect(nowhere.sentence).toContain('No item called “LEFT-99” is in the scope of any integration');
  expect(nowhere.read).toMatchObject([
    { side: 'left', found: 0 },
    { side: 'right', found: 0 },
  ]);
  expect(nowhere.read.reduce((sum, one) => sum + one.requests, 0)).toBe(2);
  const elsewhere = await client.why('https://user:secret@other.example/issues/1');
  expect(elsewhere).toMatchObject({ answers: [], read: [] });
  expect(elsewhere.sentence).toContain('The address is at other.example, to which no connection');
  expect(elsewhere.sentence).not.toContain('secret');

  const third = openTracker('third');
  await client.configure({
    connections: { third: { tracker: 'memory', config: { tracker: 'third' } } },
    integrations: {
      two: between('left', 'third', {
        types: [{ left: 'Task', right: 'Task', create: { right: false }, fields: ['Title <-> Title'] }],
      }),
    },
  });
  expect(third.items.size).toBe(0);
  const both = await client.why('LEFT-1');
  expect(both.answers.map(({ integration, code, otherwise }) => [integration, code, otherwise])).toEqual([
    ['one', 'equal', undefined],
    ['two', 'never-enabled', 'creation-off'],
  ]);
  expect(both.sentence).toContain('“LEFT-1” is what 2 items are called');
  await client.deleteIntegration('two');

  await client.disable('one', { why: 'the test' });
  expect(await only(client, 'LEFT-2')).toMatchObject({
    code: 'disabled',
    otherwise: 'parked',
    remedy: 'lockstep enable one',
  });
  left.edit('sync', '1', { title: 'in the pause' });
  await client.enable('one', { resume: 'none' });
  await latestEnded(client);
  away = new ConnectorError('unavailable', 'nobody answers');
  expect(await only(client, 'LEFT-1')).toMatchObject({ code: 'unreachable' });
}, 90_000);

test('what is older than the integration, or left out with a pause, is said to be so', async () => {
  let ago = 0;
  const left = new MemoryTracker('left', () => Date.now() - ago);
  memoryTrackers.set('left', left);
  const right = openTracker('right');
  const { client } = await serving.start();
  left.create('sync', { title: 'old' });
  await configureOne(client, { enabled: true, startFrom: undefined });
  await latestEnded(client);
  const old = await only(client, 'LEFT-1');
  expect(old).toMatchObject({ code: 'older', remedy: 'lockstep migrate one --from left --item LEFT-1' });
  expect(old.sentence).toContain('a migration brings older items');

  await client.disable('one');
  await query(
    `update integration set paused_at = now() - interval '1 hour', enabled_at = now() - interval '1 day'`,
  );
  ago = 1_800_000;
  left.create('sync', { title: 'of the pause' });
  ago = 0;
  await client.enable('one', { resume: 'none' });
  await run(client);
  const out = await only(client, 'LEFT-2');
  expect(out).toMatchObject({ code: 'left-out' });
  expect(out.sentence).toContain('was left out when it was enabled');

  // A copy of ours that no pair is known of, as after a death in the middle of a creation.
  left.create('sync', { title: 'new' });
  await run(client);
  expect((await only(client, 'LEFT-3')).code).toBe('equal');
  const copy = [...right.items.keys()].at(-1) ?? '';
  await query('delete from pair');
  expect((await only(client, `RIGHT-${copy}`)).code).toBe('to-be-adopted');
}, 60_000);
