import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type Run } from '@lockstep/api';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { type ServerOptions, startServer } from '../compose.ts';
import { silent } from '../postgres/log.ts';
import { useTestDatabase } from '../testing/database.ts';
import { between, configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);

test('two servers run one integration at its interval, never twice at once, until it is disabled', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-jobs-'));
  for (const name of ['west', 'east']) memoryTrackers.set(name, new MemoryTracker(name, () => Date.now()));
  const options = { dataFolder: folder, databaseUrl: database.url, port: 0, log: silent };
  const servers = [await startServer(options), await startServer(options)];
  try {
    const [{ url, token } = { url: '', token: '' }] = servers;
    const client = createClient(url, token);
    await client.putConnection('w', { tracker: 'memory', config: { tracker: 'west' } });
    await client.putConnection('e', { tracker: 'memory', config: { tracker: 'east' } });
    await client.putIntegration('quick', {
      left: { connection: 'w' },
      right: { connection: 'e' },
      interval: 1,
      types: [{ left: 'Task', right: 'Task', fields: ['Title <-> Title'] }],
      enabled: true,
    });
    await expect
      .poll(async () => (await client.runs('quick')).items.length, { timeout: 15_000 })
      .toBeGreaterThan(3);
    await client.disable('quick');
    await delay(1_000);
    const runs = (await client.runs('quick')).items.toReversed();
    for (const [index, run] of runs.entries()) {
      const before = runs[index - 1];
      expect(run.outcome).toMatch(/succeeded|stopped/);
      if (before === undefined) continue;
      // The book is kept by the start of the job; the record of the run is made some milliseconds later.
      expect(Date.parse(run.startedAt) - Date.parse(before.startedAt)).toBeGreaterThan(900);
      expect(Date.parse(run.startedAt)).toBeGreaterThanOrEqual(Date.parse(before.endedAt ?? ''));
    }
    await delay(2_500);
    expect((await client.runs('quick')).items).toHaveLength(runs.length);
  } finally {
    for (const server of servers) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 40_000);

const serving = useServers(database);

/** The tracker `slow` answers nothing until it is let go; `quick` does at once. */
async function slowAndQuick(server: Partial<ServerOptions>) {
  const go = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  openTracker('slow', {
    before: async (kind) => {
      if (kind !== 'list') return;
      asked.resolve();
      await go.promise;
    },
  });
  const names = ['b', 'c', 'd'];
  for (const name of ['left', 'other', ...names]) openTracker(name);
  const { client } = await serving.start({ ...server, concurrency: 1, slowAfter: 200 });
  const tracker = (name: string) => ({ tracker: 'memory', config: { tracker: name } });
  await client.configure({
    connections: Object.fromEntries(['slow', 'left', 'other', ...names].map((name) => [name, tracker(name)])),
    integrations: { slow: between('left', 'slow', { enabled: true }) },
  });
  await asked.promise;
  await client.configure({
    integrations: Object.fromEntries(names.map((name) => [name, between('other', name, { enabled: true })])),
  });
  const ended = async (name: string): Promise<Run | undefined> =>
    (await client.runs(name)).items.find((run) => run.outcome !== 'running');
  return { client, names, ended, letGo: () => go.resolve() };
}

test('parallel: a slow tracker delays no other integration, though there is but one worker (P8)', async () => {
  const { client, names, ended, letGo } = await slowAndQuick({});
  try {
    for (const name of names)
      await expect.poll(async () => (await ended(name))?.outcome, { timeout: 10_000 }).toBe('succeeded');
    expect((await client.runs('slow')).items.map((run) => run.outcome)).toEqual(['running']);
  } finally {
    letGo();
  }
  await expect.poll(async () => (await ended('slow'))?.outcome, { timeout: 10_000 }).toBe('succeeded');
  const slow = await ended('slow');
  for (const name of names)
    expect(Date.parse((await ended(name))?.endedAt ?? '')).toBeLessThan(Date.parse(slow?.endedAt ?? ''));
}, 40_000);

test('sequential: each integration finishes before the next begins, over all servers, the longest waiting first', async () => {
  const { client, names, ended, letGo } = await slowAndQuick({ schedule: 'sequential' });
  // It is said once for all servers of the database.
  const other = await serving.start({ concurrency: 2 });
  expect((await other.client.status()).schedule).toBe('sequential');
  try {
    await waiting(3);
    for (const name of names) expect((await client.runs(name)).items).toEqual([]);
    expect(await client.stop('slow')).toEqual({ stopping: true });
  } finally {
    letGo();
  }
  for (const name of names)
    await expect.poll(async () => (await ended(name))?.outcome, { timeout: 20_000 }).toBe('succeeded');
  const runs = await Promise.all(['slow', ...names].map(ended));
  const inOrder = runs
    .flatMap((run) => (run === undefined ? [] : [run]))
    .toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  expect(inOrder.map((run) => run.integration)[0]).toBe('slow');
  for (const [index, run] of inOrder.entries())
    if (index > 0)
      expect(Date.parse(run.startedAt)).toBeGreaterThanOrEqual(Date.parse(inOrder[index - 1]?.endedAt ?? ''));
}, 60_000);

/** So many integrations have a place in the row. */
async function waiting(count: number): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const places = async () => (await client.query('select 1 from turn')).rowCount;
    await expect.poll(places, { timeout: 15_000 }).toBe(count);
  } finally {
    await client.end();
  }
}

test('an interval below the floor that a server has got since is stretched to it', async () => {
  openTracker('left');
  openTracker('right');
  const first = await serving.start();
  await configureOne(first.client, { enabled: true, interval: 1 });
  await latestEnded(first.client);
  await first.server.stop();
  const { client } = await serving.start({ profile: 'cloud' });
  await expect(
    client.putIntegration('one', between('left', 'right', { interval: 100 })),
  ).rejects.toMatchObject({
    problem: {
      detail: expect.stringContaining(
        'below the floor of 180 s, since this server runs with the profile “cloud”',
      ) as string,
      remedy: 'Use 180 s or more.',
    },
  });
  const { findings } = await client.doctor();
  expect(findings).toContainEqual(
    expect.objectContaining({
      subject: 'integration one',
      level: 'warning',
      remedy: expect.stringContaining('180') as string,
    }),
  );
});
