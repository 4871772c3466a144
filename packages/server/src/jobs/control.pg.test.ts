import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ConnectorError } from '@lockstep/sdk';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);
const serving = useServers(database);

/** A right side that waits at each write for `let go`. */
function gate() {
  const writing = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const before = async (kind: string): Promise<void> => {
    if (kind !== 'write') return;
    writing.resolve();
    await go.promise;
  };
  return { hooks: { before }, writing: writing.promise, letGo: () => go.resolve() };
}

/** When the lease of the run at work ends unless it is renewed. */
async function leaseEnd(): Promise<string | undefined> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client
    .query<{ at: string }>('select expires_at::text as at from lease')
    .finally(() => client.end());
  return rows[0]?.at;
}

test('a run stops after the items in hand, and what is left comes with the next run (P2)', async () => {
  const left = openTracker('left');
  const { hooks, writing, letGo } = gate();
  const right = openTracker('right', hooks);
  for (let index = 0; index < 30; index++) left.create('sync', { title: `item ${index}` });
  const { client } = await serving.start();
  await configureOne(client, { enabled: true });
  await writing;
  expect(await client.stop('one')).toEqual({ stopping: true });
  letGo();
  const stopped = await latestEnded(client);
  expect(stopped.outcome).toBe('stopped');
  const carried = right.items.size;
  expect(carried).toBeGreaterThan(0);
  expect(carried).toBeLessThan(30);
  // Whatever was written is settled: the next run creates the rest and nothing twice.
  await client.run('one');
  await expect.poll(() => right.items.size, { timeout: 10_000 }).toBe(30);
  expect(await client.stop('one')).toHaveProperty('stopping');
});

test.each([
  ['stopped', 'stop'],
  ['disabled', 'disable'],
] as const)('a run on another server ends after the items in hand when it is %s here', async (_, verb) => {
  const left = openTracker('left');
  const { hooks, writing, letGo } = gate();
  openTracker('right', hooks);
  for (let index = 0; index < 30; index++) left.create('sync', { title: `item ${index}` });
  const runner = await serving.start();
  await configureOne(runner.client, { enabled: true });
  await writing;
  const other = await serving.start({ concurrency: 0 });
  const answer = await other.client[verb]('one');
  if (verb === 'stop') expect(answer).toEqual({ stopping: true });
  // The run learns of it when it renews its lease.
  const asked = await leaseEnd();
  await expect.poll(leaseEnd, { timeout: 10_000 }).not.toBe(asked);
  // With it comes how far the run is, for every server to tell, and at once what it found to do.
  expect((await other.client.runs('one')).items[0]).toMatchObject({
    outcome: 'running',
    plan: { left: { unpaired: 30, changed: 0 }, right: { unpaired: 0 } },
    progress: { phase: 'apply', done: 0, total: 30 },
  });
  letGo();
  const ended = await latestEnded(other.client);
  expect(ended).toMatchObject({ outcome: 'stopped', trigger: 'schedule' });
  expect(ended).not.toHaveProperty('progress');
  expect(ended).not.toHaveProperty('who');
});

test('a server that ends lets the items in hand finish and closes the run', async () => {
  const left = openTracker('left');
  const { hooks, writing, letGo } = gate();
  const right = openTracker('right', hooks);
  for (let index = 0; index < 30; index++) left.create('sync', { title: `item ${index}` });
  const told: string[] = [];
  const tell = (_: object, message: string): void => void told.push(message);
  const first = await serving.start({ log: { info: tell, warn: tell, error: tell } });
  await configureOne(first.client, { enabled: true });
  await writing;
  const stopping = first.server.stop();
  await expect.poll(() => told.some((line) => line.startsWith('stopping'))).toBe(true);
  letGo();
  await stopping;
  const written = right.items.size;
  expect(written).toBeGreaterThan(0);
  const { client } = await serving.start({ concurrency: 0 });
  const run = await latestEnded(client);
  expect(run.outcome).toBe('stopped');
  expect(run.right?.created).toBe(written);
});

test('a killed server’s run is taken over after its lease and completed', async () => {
  const left = openTracker('left');
  const right = openTracker('right');
  left.create('sync', { title: 'Left behind' });
  const { server, client } = await serving.start({ concurrency: 0 });
  await configureOne(client);
  const script = path.join(import.meta.dirname, '../testing/run-server.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, serving.dataFolder, database.url],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let told = '';
  for await (const line of createInterface({ input: child.stdout })) {
    told = line;
    break;
  }
  const [dead] = (JSON.parse(told) as { runs: string[] }).runs;
  child.kill('SIGKILL');
  const killed = Date.now();
  await server.stop();
  const next = await serving.start();
  await expect
    .poll(async () => (await next.client.runs('one')).items[0]?.outcome, { timeout: 40_000 })
    .toBe('succeeded');
  // Not before the lease ran out: until then the silent one may live.
  expect(Date.now() - killed).toBeGreaterThan(6_000);
  const runs = (await next.client.runs('one')).items;
  expect(runs.find((run) => run.id === dead)).toMatchObject({ outcome: 'abandoned' });
  // A creation that nobody answered is looked for until it must have arrived; then it is made, once.
  const again = async (): Promise<number> => {
    if (right.items.size === 0) await next.client.run('one');
    return right.items.size;
  };
  await expect.poll(again, { timeout: 20_000, interval: 500 }).toBe(1);
  expect([...right.items.values()].map((item) => item.fields['title'])).toEqual(['Left behind']);
}, 70_000);

test('a tracker that says “too many requests” is waited for, and the run says how long', async () => {
  const left = openTracker('left');
  let refused = 0;
  const before = (kind: string): void => {
    if (kind !== 'write' || refused > 0) return;
    refused = Date.now();
    const retryAt = new Date(refused + 1_500).toISOString();
    throw new ConnectorError('rate-limited', 'too many requests', { retryAt });
  };
  const right = openTracker('right', { before });
  left.create('sync', { title: 'Patient' });
  const { client } = await serving.start();
  await configureOne(client, { enabled: true });
  const run = await latestEnded(client);
  expect(run).toMatchObject({ outcome: 'succeeded', right: { created: 1 } });
  expect(run.right?.waited).toBeGreaterThan(1_000);
  expect([...right.items.values()][0]?.createdAt).toBeGreaterThanOrEqual(refused + 1_500);
  expect((await client.items('one', { parked: true })).items).toHaveLength(1);
});

test('what became of a request is told: its run, or that another replaced it', async () => {
  openTracker('left');
  const { hooks, writing, letGo } = gate();
  const right = openTracker('right', hooks);
  right.create('sync', { title: 'x' });
  openTracker('left', hooks);
  const { client } = await serving.start();
  await configureOne(client, { enabled: true });
  await writing;
  const waiting = await client.run('one');
  expect(await client.request(waiting.request)).toEqual({});
  const forced = await client.run('one', { force: true });
  expect(forced.request).not.toBe(waiting.request);
  await expect(client.request(waiting.request)).rejects.toMatchObject({
    problem: { code: 'unknown-request' },
  });
  letGo();
  await expect
    .poll(async () => (await client.request(forced.request)).run?.outcome, { timeout: 15_000 })
    .toBe('succeeded');
  const { run } = await client.request(forced.request);
  expect(run).toMatchObject({ trigger: 'manual', who: 'the holder of the API token' });
  expect(run?.duration).toBeGreaterThanOrEqual(0);
});

test('a connection’s own budget holds for every run, stays when it is read back, and is told as waiting', async () => {
  const left = openTracker('left');
  const writes: number[] = [];
  let atOnce = 0;
  let most = 0;
  const right = openTracker('right', {
    before: async (kind) => {
      if (kind !== 'write') return;
      writes.push(Date.now());
      most = Math.max(most, ++atOnce);
      await Promise.resolve();
    },
    after: (kind) => void (kind === 'write' && atOnce--),
  });
  for (let index = 0; index < 10; index++) left.create('sync', { title: `item ${index}` });
  const { client } = await serving.start();
  await configureOne(client);
  const slow = { tracker: 'memory', config: { tracker: 'right' }, budget: { rate: 5, concurrency: 1 } };
  const changed = await client.configure({ connections: { right: slow } });
  expect(changed.connections).toEqual([{ name: 'right', outcome: 'changed' }]);
  expect((await client.connections()).items[1]).toMatchObject({ name: 'right', budget: slow.budget });
  expect((await client.configure({ connections: { right: slow } })).connections[0]?.outcome).toBe(
    'unchanged',
  );
  await client.enable('one');
  const run = await latestEnded(client, 20_000);
  expect(run).toMatchObject({ outcome: 'succeeded', right: { created: 10 } });
  expect(right.items.size).toBe(10);
  // Five at once after a quiet time, then five a second; reads take their part of them.
  expect((writes.at(-1) ?? 0) - (writes[0] ?? 0)).toBeGreaterThanOrEqual(900);
  expect(run.right?.waited).toBeGreaterThan(900);
  expect(most).toBe(1);
});
