import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ApiError, createClient, type Client as Api } from '@lockstep/api';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import { startServer, type RunningServer } from '@lockstep/server';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** A disk of its own for the data folder, small enough to be filled. */
const SIZE = 160 * 1024 * 1024;
const run = promisify(execFile);
const told: string[] = [];
let disk: string;
let server: RunningServer;
let client: Api;

beforeAll(async () => {
  disk = await mkdtemp(path.join(tmpdir(), 'lockstep-full-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', disk]);
  for (const name of ['left', 'right']) memoryTrackers.set(name, new MemoryTracker(name, () => Date.now()));
  await start();
});
afterAll(async () => {
  await server.stop();
  await run('umount', [disk]);
  await rm(disk, { recursive: true });
});

async function start(): Promise<void> {
  const hear = (_: object, message: string): void => void told.push(message);
  server = await startServer({
    dataFolder: path.join(disk, 'data'),
    port: 0,
    log: { info: () => undefined, warn: hear, error: hear },
  });
  client = createClient(server.url, server.token);
}

/** Leaves nothing free. */
async function fill(): Promise<void> {
  await run('dd', ['if=/dev/zero', `of=${ballast()}`, 'bs=64k']).catch(() => undefined);
  const { bavail } = await statfs(disk);
  expect(bavail).toBe(0);
}

const ballast = (): string => path.join(disk, 'ballast');

function tracker(name: string): MemoryTracker {
  const found = memoryTrackers.get(name);
  if (found === undefined) throw new Error(`there is no tracker ${name}`);
  return found;
}

function titles(name: string): unknown[] {
  return [...tracker(name).items.values()].map((item) => item.fields['title']);
}

it('a disk that fills under a server at work costs no item, is named, and is got over (P1, P2)', async () => {
  await client.configure({
    connections: {
      left: { tracker: 'memory', config: { tracker: 'left' } },
      right: { tracker: 'memory', config: { tracker: 'right' } },
    },
    integrations: {
      one: {
        left: { connection: 'left', scope: {} },
        right: { connection: 'right', scope: {} },
        interval: '1s',
        startFrom: '2020-01-01',
        enabled: true,
        types: [{ left: 'Task', right: 'Task', fields: ['Title <-> Title'] }],
      },
    },
  });
  let made = 0;
  const make = (): void => {
    for (let more = 0; more < 5; more++) {
      const number = String(made++).padStart(4, '0');
      tracker('left').create('people', { title: `left ${number}`, description: 'x'.repeat(2000) });
      tracker('right').create('people', { title: `right ${number}`, description: 'x'.repeat(2000) });
    }
  };
  make();
  await expect.poll(() => titles('right').length, { timeout: 30_000 }).toBe(made * 2);

  // Runs fail, and say why; whoever looks is told what to do.
  await fill();
  await expect
    .poll(
      async () => {
        make();
        return (await client.runs('one')).items[0];
      },
      { timeout: 60_000, interval: 1000 },
    )
    .toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('the disk of the database is full'),
      remedy: expect.stringContaining('Free some space'),
    });
  const { ok, findings } = await client.doctor();
  expect(ok).toBe(false);
  expect(findings).toContainEqual(
    expect.objectContaining({
      subject: 'disk',
      level: 'error',
      message: `0 MB are free for ${path.join(disk, 'data')}`,
    }),
  );
  expect(findings.find((one) => one.subject === 'schema')?.message).toContain(
    'the disk of the database is full',
  );

  // Its journal has no room either: PostgreSQL dies, and is started in vain.
  await switchJournal();
  await expect
    .poll(() => told, { timeout: 30_000 })
    .toContain('the embedded PostgreSQL does not start again; trying on');
  const refused: unknown = await client.doctor().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ problem: { status: 503, code: 'database-unavailable' } });

  await rm(ballast());
  await settled(made);

  // Full when the server is to start: refused, and well once there is room.
  await server.stop();
  await fill();
  await expect(start()).rejects.toMatchObject({ code: 'disk-full', remedy: expect.stringContaining('Free') });
  await rm(ballast());
  make();
  await start();
  await settled(made);
}, 400_000);

/** All that people made is on both sides, once. */
async function settled(made: number): Promise<void> {
  const sides = ['left', 'right'] as const;
  await expect
    .poll(() => sides.map((side) => new Set(titles(side)).size), { timeout: 120_000 })
    .toEqual([made * 2, made * 2]);
  // A run that found nothing to do has seen it all.
  const asked = await client.run('one').catch(() => undefined);
  await expect
    .poll(
      async () => (asked === undefined ? undefined : (await client.request(asked.request)).run?.outcome),
      {
        timeout: 60_000,
      },
    )
    .toBe('succeeded');
  for (const side of sides) expect(titles(side)).toHaveLength(made * 2);
}

/** Has the embedded PostgreSQL begin new files of its journal until there is none left. */
async function switchJournal(): Promise<void> {
  const folder = path.join(disk, 'data');
  const password = await readFile(path.join(folder, 'postgres.password'), 'utf8');
  const port = (await readFile(path.join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[3];
  const database = new Client({
    connectionString: `postgresql://lockstep:${password}@127.0.0.1:${port}/lockstep`,
  });
  database.on('error', () => undefined);
  await database.connect();
  try {
    for (let more = 0; more < 20; more++)
      await database.query("select pg_logical_emit_message(false, 'test', 'x'), pg_switch_wal()");
  } catch {
    // It has died.
  } finally {
    await database.end().catch(() => undefined);
  }
}
