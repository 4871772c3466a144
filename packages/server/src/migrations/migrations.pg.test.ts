import { ApiError, type Client, type Migration } from '@lockstep/api';
import { ConnectorError } from '@lockstep/sdk';
import { Client as PgClient } from 'pg';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);
const serving = useServers(database);
type Hooks = Parameters<typeof openTracker>[1];

/** Items of `left` that are older than integration `one`, which is enabled and has run. */
async function older(items: number, hooks: Hooks = {}, more: Parameters<typeof configureOne>[1] = {}) {
  const left = openTracker('left');
  const right = openTracker('right', hooks);
  for (let index = 0; index < items; index++) left.create('sync', { title: `item ${index}` });
  const { client } = await serving.start();
  await configureOne(client, { enabled: true, startFrom: undefined, ...more });
  expect((await latestEnded(client)).outcome).toBe('succeeded');
  expect(right.items.size).toBe(0);
  return { left, right, client };
}

async function until(client: Client, id: string, state: Migration['state']): Promise<Migration> {
  await expect.poll(async () => (await client.migration(id)).state, { timeout: 20_000 }).toBe(state);
  return client.migration(id);
}

const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'not refused',
    (error: unknown) => (error instanceof ApiError ? error.problem.code : String(error)),
  );

test('300 items that predate the integration are moved once, and said so (P1)', async () => {
  const { right, client } = await older(300);
  const plan = await client.planMigration('one', { from: 'left' });
  expect(plan).toMatchObject({ examined: 300, chosen: 300, counts: { create: 300 }, complete: true });
  expect(plan.entries).toHaveLength(20);
  expect(plan.estimate).toMatchObject({ basis: 'assumed', requests: { left: 308, right: 900 }, seconds: 1 });
  expect(right.items.size).toBe(0);
  const { id } = await client.startMigration('one', { from: 'left' });
  const ended = await until(client, id, 'done');
  expect(ended).toMatchObject({
    phase: 'done',
    counted: { examined: 300, chosen: 300, toWrite: 300 },
    outcomes: { created: 300 },
    done: 300,
  });
  expect(right.items.size).toBe(300);
  const again = await client.startMigration('one', { from: 'left' });
  expect((await until(client, again.id, 'done')).outcomes).toEqual({ skipped: 300 });
  const measured = await client.planMigration('one', { from: 'left', alreadyMigrated: 'replace' });
  expect(measured).toMatchObject({ counts: { nothing: 20, replace: 280 }, estimate: { basis: 'measured' } });
  const seen = new Set<string>();
  for (let before: string | undefined, rows = 100; rows === 100;) {
    const page = await client.migrationItems(id, { limit: 100, before, outcome: 'created' });
    for (const item of page.items) seen.add(item.key);
    before = page.next;
    rows = page.items.length;
  }
  expect(seen.size).toBe(300);
  // The slices are runs of the record, and none of the schedule's.
  expect((await client.runs('one')).items.map((run) => run.trigger)).toContain('migration');
  expect((await client.status()).integrations[0]?.lastRun?.trigger).toBe('schedule');
});

test('it is paused, resumed and stopped after the items in hand, and runs have their turn meanwhile', async () => {
  let gate = Promise.withResolvers<void>();
  let writing = Promise.withResolvers<void>();
  const { left, right, client } = await older(60, {
    before: async (kind) => {
      if (kind !== 'write') return;
      writing.resolve();
      await gate.promise;
    },
  });
  const { id } = await client.startMigration('one', { from: 'left' });
  expect(await refusal(client.startMigration('one', { from: 'left' }))).toBe('migration-under-way');
  await writing.promise;
  expect((await client.changeMigration(id, 'pause')).state).toBe('paused');
  gate.resolve();
  await expect
    .poll(async () => (await client.runs('one')).items[0]?.outcome, { timeout: 10_000 })
    .toBe('succeeded');
  const paused = right.items.size;
  expect(paused).toBeGreaterThan(0);
  expect(paused).toBeLessThan(10);
  // What people do now is synced, beside the paused migration and in the middle of the running one.
  const run = async (title: string): Promise<void> => {
    const { request } = await client.run('one');
    await expect
      .poll(async () => (await client.request(request)).run?.outcome, { timeout: 20_000 })
      .toBe('succeeded');
    expect([...right.items.values()].some((item) => item.fields['title'] === title)).toBe(true);
  };
  left.create('sync', { title: 'while paused' });
  await run('while paused');
  expect(right.items.size).toBe(paused + 1);
  gate = Promise.withResolvers();
  writing = Promise.withResolvers();
  await client.changeMigration(id, 'resume');
  await writing.promise;
  left.create('sync', { title: 'while moving' });
  const turn = run('while moving');
  // The slice learns of the run that waits, and ends after the items that stand at the gate.
  await expect.poll(() => slicesToYield(), { timeout: 10_000 }).toBe(1);
  const asked = await leaseEnd();
  await expect.poll(leaseEnd, { timeout: 10_000 }).not.toBe(asked);
  gate.resolve();
  await turn;
  expect(right.items.size).toBeLessThan(60);
  expect((await until(client, id, 'done')).outcomes).toEqual({ created: 60, skipped: 2 });
  expect(right.items.size).toBe(62);
  expect(await refusal(client.changeMigration(id, 'resume'))).toBe('migration-ended');
  const next = await client.startMigration('one', { from: 'right' });
  await client.changeMigration(next.id, 'stop');
  expect((await client.migration(next.id)).endedAt).toBeDefined();
}, 60_000);

async function query<T extends object>(text: string): Promise<readonly T[]> {
  const client = new PgClient({ connectionString: database.url });
  await client.connect();
  return (await client.query<T>(text).finally(() => client.end())).rows;
}
const slicesToYield = async (): Promise<number> => (await query('select 1 from lease where stop')).length;
const leaseEnd = async (): Promise<string | undefined> =>
  (await query<{ at: string }>('select expires_at::text as at from lease'))[0]?.at;

test('it waits while the integration is disabled or a tracker is away, says so, and goes on', async () => {
  let isAway = true;
  const { right, client } = await older(3, {
    before: (kind) => {
      if (isAway && kind === 'write')
        throw new ConnectorError('auth', 'the token has expired', { remedy: 'Renew it.' });
    },
  });
  const { id } = await client.startMigration('one', { from: 'left' });
  const waiting = await until(client, id, 'waiting');
  expect(waiting).toMatchObject({ message: 'the token has expired', remedy: 'Renew it.' });
  await client.disable('one', { why: 'the test' });
  expect((await client.migration(id)).message).toContain('disabled');
  expect(await refusal(client.startMigration('one', { from: 'left' }))).toBe('integration-disabled');
  isAway = false;
  await client.changeMigration(id, 'pause');
  await client.enable('one', { resume: 'all' });
  await client.changeMigration(id, 'resume');
  await until(client, id, 'done');
  expect(right.items.size).toBe(3);
});

test('fields, filters, dates and places that are none are refused, each with what to do', async () => {
  const { client } = await older(1);
  const asked = (body: object) => client.planMigration('one', { from: 'left', ...body });
  for (const body of [
    { fields: ['Nothing'] },
    { filter: { field: 'Nothing', is: 'empty' } },
    { filter: { field: 'Status', is: 'equals', value: 'Nowhere' } },
    { createdAfter: 'yesterday' },
    { createdAfter: '2026-01-02', createdBefore: '2026-01-01' },
    { items: [] },
    { alreadyMigrated: 'delete' },
    { from: 'up' },
  ])
    expect([body, await refusal(asked(body))]).toEqual([body, 'invalid-request']);
  expect(await refusal(client.migration('none'))).toBe('unknown-migration');
  const { id } = await client.startMigration('one', {
    from: 'left',
    items: ['LEFT-1', 'LEFT-9'],
    fields: ['Title'],
  });
  expect(await until(client, id, 'done')).toMatchObject({
    outcomes: { created: 1, skipped: 1 },
    named: 2,
    request: { items: ['LEFT-1', 'LEFT-9'], fields: ['title'] },
  });
  expect(await refusal(client.migrationItems(id, { before: 'x' }))).toBe('invalid-request');
});
