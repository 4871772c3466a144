import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../postgres/embedded.ts';
import { silent } from '../postgres/log.ts';
import { readPidFile } from '../postgres/postmaster.ts';
import { isPostgresOn, isRunning } from '../postgres/process-table.ts';

/** Losing a test's data to a power cut is fine; waiting for the disk is not. */
const careless = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '300',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
};

export interface TestServer {
  /** Of a role that may create databases. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A server in a temporary folder, or the one of the whole run if `global-setup.ts` started it. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env['LOCKSTEP_TEST_DATABASE_URL'];
  if (given !== undefined) return { url: given, stop: async () => {} };
  await sweep();
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'lockstep-test-'));
  const server = await startEmbeddedPostgres({ dataFolder, log: silent, settings: careless });
  // vitest ends its workers without a farewell when a run is interrupted.
  const kill = (): void => killNow(server);
  process.once('exit', kill);
  return {
    url: server.url,
    stop: async () => {
      process.removeListener('exit', kill);
      await server.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Ends and deletes what killed test runs left behind. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith('lockstep-test-')) continue;
    const folder = path.join(tmpdir(), name);
    const lock = await readFile(path.join(folder, 'lockstep.lock'), 'utf8').catch(() => '');
    const owner = /"pid":(\d+)/.exec(lock)?.[1];
    if (owner === undefined || (await isRunning(Number(owner)))) continue;
    const cluster = path.join(folder, 'postgres');
    const left = await readPidFile(cluster);
    if (left !== undefined && (await isPostgresOn(left.pid, cluster))) process.kill(left.pid, 'SIGQUIT');
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

function killNow(server: EmbeddedPostgres): void {
  try {
    process.kill(server.pid, 'SIGQUIT');
  } catch {
    // It has ended already.
  }
}

export interface TestDatabase {
  /** Of this test's own, empty or prepared, database. */
  readonly url: string;
}

/**
 * Call at the top of a `*.pg.test.ts`: every test gets a database of its own, copied (some 20 ms) from one that
 * `prepare` filled once, usually by running the migrations.
 */
export function useTestDatabase(prepare?: (url: string) => Promise<void>): TestDatabase {
  const prefix = `t${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  const template = `${prefix}_template`;
  let server: TestServer | undefined;
  let current: string | undefined;
  let count = 0;

  beforeAll(async () => {
    server = await startTestServer();
    await command(server.url, `create database ${template}`);
    await prepare?.(withDatabase(server.url, template));
  }, 60_000);
  beforeEach(async () => {
    current = `${prefix}_${++count}`;
    await command(server?.url ?? '', `create database ${current} template ${template}`);
  });
  afterEach(async () => {
    await command(server?.url ?? '', `drop database if exists ${current} with (force)`);
  });
  afterAll(async () => {
    if (server === undefined) return;
    await command(server.url, `drop database if exists ${template} with (force)`);
    await server.stop();
  }, 60_000);

  return {
    get url() {
      if (server === undefined || current === undefined)
        throw new Error('the database exists only inside a test');
      return withDatabase(server.url, current);
    },
  };
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function command(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
