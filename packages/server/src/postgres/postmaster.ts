import { readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { database, role } from './cluster.ts';
import { isPostgresOn, isRunning } from './process-table.ts';
import { StartupError } from './startup-error.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

interface PidFile extends Postmaster {
  readonly status: string;
}

/** What the server wrote into postmaster.pid; undefined while there is none or it is half written. */
export async function readPidFile(cluster: string): Promise<PidFile | undefined> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: lines[7] ?? '' };
}

export function connectionUrl(port: number, password: string, name: string = database): string {
  return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
}

/**
 * Finds the server that a killed Lockstep left running on this folder. One that is starting is waited for; one that
 * is going down is waited out (undefined then). A pid file that names a stranger is removed.
 */
export async function findRunning(
  cluster: string,
  password: string,
  wait = 60_000,
): Promise<Postmaster | undefined> {
  const deadline = Date.now() + wait;
  for (;;) {
    const found = await readPidFile(cluster);
    if (found === undefined) {
      await removeRemnant(cluster);
      return undefined;
    }
    if (!(await isPostgresOn(found.pid, cluster))) {
      if (await isRunning(found.pid)) await rm(path.join(cluster, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (found.status === 'ready' && (await serves(found.port, password, cluster))) return found;
    if (Date.now() > deadline) throw stuck(cluster, found);
    await delay(50);
  }
}

/** After a loss of power the pid file can be there without its content, and PostgreSQL would refuse to start over it. */
async function removeRemnant(cluster: string): Promise<void> {
  const file = path.join(cluster, 'postmaster.pid');
  // A server that is just starting fills it at once.
  for (const end = Date.now() + 1_000; Date.now() < end; await delay(50)) {
    const text = await readFile(file, 'utf8').catch(() => 'none');
    if (text !== '') return;
  }
  await rm(file, { force: true });
}

/** Whether the server at this port answers with our password and really holds this folder. */
export async function serves(port: number, password: string, cluster: string): Promise<boolean> {
  const client = new Client({
    connectionString: connectionUrl(port, password, 'postgres'),
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const answer = await client.query<{ folder: string }>(
      `select current_setting('data_directory') as folder`,
    );
    return (await realpath(answer.rows[0]?.folder ?? '/nowhere')) === (await realpath(cluster));
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = new Client({ connectionString: connectionUrl(port, password, 'postgres') });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function stuck(cluster: string, found: PidFile): StartupError {
  return new StartupError(
    'server-failed',
    `A PostgreSQL server (process ${found.pid}, "${found.status}") holds ${cluster} but neither answers nor ends.`,
    `Look into postgres.log beside that folder. If the process hangs, stop it with "kill -QUIT ${found.pid}" and start again.`,
  );
}
