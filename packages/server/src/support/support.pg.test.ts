import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client as PgClient } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Client } from '@lockstep/api';
import { configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';
import { useTestDatabase } from '../testing/database.ts';

const CANARY = 'c4nary/that+nobody "sees"';
const database = useTestDatabase(served);
const serving = useServers(database);
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-support-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function inDatabase(text: string, values: unknown[]): Promise<void> {
  const connected = new PgClient({ connectionString: database.url });
  await connected.connect();
  await connected.query(text, values).finally(() => connected.end());
}

/** The files of a package, by name. */
async function unpack(client: Client, about: string, values = false): Promise<Record<string, string>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await client.support(about, values)) chunks.push(chunk);
  const zip = path.join(folder, `${values}.zip`);
  await writeFile(zip, Buffer.concat(chunks));
  const into = path.join(folder, `${values}-${about}`);
  // Python is on every machine that builds anything; Node reads no zip files.
  await promisify(execFile)('python3', ['-m', 'zipfile', '-e', zip, into]);
  const names = await readdir(into);
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(into, name), 'utf8')] as const),
    ),
  );
}

test('a package tells what happened to a run and an item, and neither contents nor secrets', async () => {
  const left = openTracker('left');
  openTracker('right');
  left.create('alice', { title: `Salary of the director ${CANARY}` });
  const { client } = await serving.start();
  await configureOne(client);
  // Wherever a secret got to, an item even: it is in no file.
  await client.configure({
    connections: { desk: { tracker: 'redmine', config: { url: 'http://127.0.0.1:1', apiKey: CANARY } } },
  });
  await client.enable('one');
  const { id } = await latestEnded(client);
  const exchange = {
    method: 'GET',
    url: 'http://x/items?text=Salary',
    request: { headers: {}, body: '' },
    answer: { headers: {}, body: `{"title":"Salary","key":${JSON.stringify(CANARY)}}` },
  };
  await inDatabase(
    `insert into captured_request (id, connection_id, run_id, at, method, url, milliseconds, exchange)
      values ('c', 'left', $1, now(), 'GET', 'http://x/', 1, $2)`,
    [id, JSON.stringify(exchange)],
  );

  const files = await unpack(client, id);
  expect(Object.keys(files).toSorted()).toEqual([
    'about.json',
    'conflicts.json',
    'connections.json',
    'history.json',
    'installation.json',
    'integration.json',
    'items.json',
    'log.json',
    'parked.json',
    'requests.json',
    'run.json',
  ]);
  expect(JSON.parse(files['run.json'] ?? '')).toMatchObject({ id, outcome: 'succeeded' });
  expect(JSON.parse(files['history.json'] ?? '')).toMatchObject({
    runs: [{ id, outcome: 'succeeded', plan: { left: { unpaired: 1 } } }],
    status: [{ enabled: true, who: 'the holder of the API token' }],
  });
  const [item] = JSON.parse(files['items.json'] ?? '') as { left: { key: string }; journal: unknown[] }[];
  expect(item?.journal).toContainEqual(
    expect.objectContaining({ field: 'title', after: expect.stringMatching(/^‹\d+ characters, /) as string }),
  );
  expect(Object.values(files).join('')).not.toMatch(/Salary|c4nary/);

  expect(files['requests.json']).toContain('http://x/items?‹11 characters');
  const ofItem = await unpack(client, item?.left.key ?? '');
  expect(JSON.parse(ofItem['items.json'] ?? '')).toHaveLength(1);
  const shown = await unpack(client, id, true);
  expect(shown['items.json']).toContain('Salary of the director ‹secret›');
  expect(shown['requests.json']).toContain('Salary');
  expect(Object.values(shown).join('')).not.toContain('c4nary');
});

test('what is not known is refused', async () => {
  const { client } = await serving.start();
  await expect(client.support('NOWHERE-1')).rejects.toMatchObject({ problem: { code: 'unknown-subject' } });
});
