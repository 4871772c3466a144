import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApiError, createClient, type Client, type IntegrationInput } from '@lockstep/api';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../compose.ts';
import { silent } from '../postgres/log.ts';
import { useTestDatabase } from '../testing/database.ts';
import { served } from '../testing/serving.ts';

const database = useTestDatabase(served);
let server: RunningServer;
let client: Client;
let dataFolder: string;
const left = new MemoryTracker('left', () => Date.now());
const right = new MemoryTracker('right', () => Date.now());

const document: IntegrationInput = {
  left: { connection: 'a', scope: {} },
  right: { connection: 'b', scope: {} },
  interval: '1h',
  types: [{ left: 'Task', right: 'Task', fields: ['Title <-> Title', 'Status <-> Status'] }],
};

beforeEach(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'lockstep-api-'));
  memoryTrackers.set('left', left);
  memoryTrackers.set('right', right);
  server = await startServer({
    dataFolder,
    databaseUrl: database.url,
    port: 0,
    log: silent,
    budget: { rate: 1000 },
  });
  client = createClient(server.url, server.token);
  await client.putConnection('a', { tracker: 'memory', config: { tracker: 'left' } });
  await client.putConnection('b', { tracker: 'memory', config: { tracker: 'right' } });
});
afterEach(async () => {
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

async function refusal(action: Promise<unknown>): Promise<ApiError['problem']> {
  const error: unknown = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ApiError) return error.problem;
  throw new Error(`no refusal: ${String(error)}`);
}

async function finished(request: string) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { run } = await client.request(request);
    if (run !== undefined && run.outcome !== 'running') return run;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the run did not end');
}

test('nobody gets in without the token, which only its owner can read', async () => {
  const problem = await refusal(createClient(server.url, 'wrong').status());
  expect(problem).toMatchObject({ status: 401, code: 'no-token' });
  expect((await stat(path.join(dataFolder, 'api-token'))).mode & 0o777).toBe(0o600);
  expect((await readFile(path.join(dataFolder, 'api-token'), 'utf8')).trim()).toBe(server.token);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test('an unknown route, broken JSON and too large a body are problems', async () => {
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
  const ask = async (at: string, body?: string) => {
    const answer = await fetch(
      server.url + at,
      body === undefined ? { headers } : { method: 'PUT', headers, body },
    );
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    return (await answer.json()) as { code: string; remedy: string };
  };
  expect((await ask('/api/nothing')).code).toBe('unknown-route');
  expect((await ask('/api/connections/c', '{"tracker":')).code).toBe('invalid-request');
  expect((await ask('/api/connections/c', 'x'.repeat(2_000_000))).code).toBe('too-large');
  const openapi = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as { paths: object };
  expect(Object.keys(openapi.paths)).toContain('/api/integrations/{name}/plan');
});

test('a connection to a tracker that is not there is not saved', async () => {
  const problem = await refusal(
    client.putConnection('c', { tracker: 'memory', config: { tracker: 'nowhere' } }),
  );
  expect(problem).toMatchObject({ code: 'tracker-config' });
  expect(problem.detail).toContain('connection “c”');
  expect((await client.connections()).items.map((one) => one.name)).toEqual(['a', 'b']);
});

test('unknown fields, options and claimed scopes are refused, and what was saved stays', async () => {
  await client.putIntegration('one', document);
  const wrong = {
    ...document,
    types: [
      {
        left: 'Task',
        right: 'Task',
        fields: [
          'Title <-> Title',
          'Sprint -> Title',
          { left: 'Status', right: 'Status', options: [['Nope', 'Open']] as [string, string][] },
        ],
      },
    ],
  };
  const problem = await refusal(client.putIntegration('one', wrong));
  expect(problem.code).toBe('invalid-integration');
  expect(problem.faults?.map((fault) => fault.path.join('.'))).toEqual(
    expect.arrayContaining(['types.0.fields.1.left', 'types.0.fields.2.options.0']),
  );
  const flipped = { ...document, left: document.right, right: document.left };
  expect((await refusal(client.putIntegration('two', flipped))).code).toBe('scopes-claimed');
  const { document: kept } = await client.integration('one');
  expect(kept).toMatchObject({
    interval: '1h',
    types: [{ fields: ['Title <-> Title', 'Status <-> Status'] }],
  });
  expect((await refusal(client.deleteConnection('a'))).code).toBe('connection-used');
});

test('an integration runs, tells what it did, and a second run writes nothing (P3)', async () => {
  await client.putIntegration('one', document);
  expect((await refusal(client.run('one'))).code).toBe('integration-disabled');
  await client.enable('one');
  // Enabling books the first run at once; let it pass.
  await expect
    .poll(async () => (await client.runs('one')).items[0]?.outcome, { timeout: 10_000 })
    .toBe('succeeded');
  const made = left.create('sync', { title: 'Printer on fire', status: 'open' });
  expect(made).toBeDefined();
  const plan = await client.plan('one');
  expect(plan.counts).toMatchObject({ create: 1 });
  const first = await finished((await client.run('one')).request);
  expect(first).toMatchObject({ outcome: 'succeeded', right: { created: 1 } });
  const items = await client.items('one');
  expect(items.items[0]).toMatchObject({ outcome: 'created', origin: 'left' });
  const second = await finished((await client.run('one')).request);
  expect(second).toMatchObject({
    outcome: 'succeeded',
    left: { created: 0, updated: 0 },
    right: { created: 0, updated: 0 },
  });
  const { integrations } = await client.status();
  expect(integrations[0]).toMatchObject({ name: 'one', health: 'healthy', pairs: 1 });
  expect((await client.doctor()).ok).toBe(true);
  const page = await client.runs('one', { limit: 1 });
  expect(page.items).toHaveLength(1);
  const next = await client.runs('one', { limit: 1, before: page.next });
  expect(next.items[0]?.id).not.toBe(page.items[0]?.id);
});

test('a port in use is told as such', async () => {
  const port = Number(new URL(server.url).port);
  await expect(startServer({ dataFolder, databaseUrl: database.url, port, log: silent })).rejects.toThrow(
    /Port \d+ on 127\.0\.0\.1 is in use.*--port/,
  );
});
