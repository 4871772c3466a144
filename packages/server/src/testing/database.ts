import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach } from 'vitest';
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

/** A server in a temporary folder, for the whole run: `global-setup.ts` starts it. */
export async function startTestServer(): Promise<TestServer> {
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

type Prepare = (url: string) => Promise<void>;

const prefix = `t${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
const templates = new Map<Prepare, Promise<string>>();
let count = 0;

/**
 * Call at the top of a `*.pg.test.ts`: every test gets a database of its own, empty, or copied from one that `prepare` filled
 * once for all files of this process.
 */
export function useTestDatabase(prepare?: Prepare): TestDatabase {
  let current: string | undefined;
  beforeEach(async () => {
    const template = prepare === undefined ? 'template0' : await templateOf(prepare);
    const name = `${prefix}_${++count}`;
    await copy(template, name);
    current = name;
  });
  afterEach(async () => {
    if (current !== undefined) await command(`drop database if exists ${current} with (force)`);
    current = undefined;
  });

  return {
    get url() {
      if (current === undefined) throw new Error('the database exists only inside a test');
      return withDatabase(serverUrl(), current);
    },
  };
}

async function templateOf(prepare: Prepare): Promise<string> {
  const name = `${prefix}_template_${templates.size}`;
  const made =
    templates.get(prepare) ??
    copy('template0', name)
      .then(() => prepare(withDatabase(serverUrl(), name)))
      .then(() => name);
  templates.set(prepare, made);
  return made;
}

/** Copies the files: written through the log, as is the default, it takes several times as long. */
async function copy(template: string, name: string): Promise<void> {
  await command(`create database ${name} template ${template} strategy file_copy`);
}

function serverUrl(): string {
  const url = process.env['LOCKSTEP_TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('the server of the tests was not started: see global-setup.ts');
  return url;
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function command(sql: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
