import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
import { silent } from './log.ts';
import { isRunning } from './process-table.ts';

interface Told {
  readonly pid?: number;
  readonly port?: number;
  readonly adopted?: boolean;
  readonly error?: string;
}

let dataFolder: string;
const servers: EmbeddedPostgres[] = [];
const holders: ChildProcess[] = [];

beforeEach(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'lockstep-embedded-'));
});
afterEach(async () => {
  for (const holder of holders.splice(0)) holder.kill('SIGKILL');
  for (const server of servers.splice(0)) await server.stop();
  // A server that a test left behind ends here.
  const left = Number(
    (await readFile(path.join(dataFolder, 'postgres/postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0],
  );
  if (left > 0 && (await isRunning(left))) process.kill(left, 'SIGQUIT');
  while (left > 0 && (await isRunning(left))) await delay(20);
  await rm(dataFolder, { recursive: true, force: true });
}, 30_000);

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataFolder, log: silent });
  servers.push(server);
  return server;
}

/** Another Lockstep process on the same folder. */
async function hold(): Promise<{ process: ChildProcess; told: Told }> {
  const file = path.join(import.meta.dirname, '../testing/hold-server.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, dataFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  holders.push(child);
  for await (const line of createInterface({ input: child.stdout }))
    return { process: child, told: JSON.parse(line) as Told };
  throw new Error('the other process said nothing');
}

async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<T>(sql).finally(() => client.end());
  return rows;
}

async function killed(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('the embedded PostgreSQL', { timeout: 60_000 }, () => {
  it('starts on loopback only, with checksums, the C locale and UTF-8, and keeps what was written', async () => {
    const first = await start();
    const [settings] = await query<Record<string, string>>(
      first.url,
      `select current_setting('listen_addresses') as listen, current_setting('data_checksums') as checksums,
         current_setting('unix_socket_directories') as sockets, current_setting('server_encoding') as encoding,
         (select datcollate from pg_database where datname = current_database()) as locale,
         current_setting('password_encryption') as password`,
    );
    expect(settings).toEqual({
      listen: '127.0.0.1',
      checksums: 'on',
      sockets: '',
      encoding: 'UTF8',
      locale: 'C',
      password: 'scram-sha-256',
    });
    expect((await stat(path.join(dataFolder, 'postgres.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(dataFolder, 'postgres'))).mode & 0o777).toBe(0o700);
    await query(first.url, 'create table kept as select 7 as value');
    await first.stop();
    expect(await isRunning(first.pid)).toBe(false);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, 'select value from kept')).toEqual([{ value: 7 }]);
  });

  it('refuses a wrong password', async () => {
    const server = await start();
    const wrong = server.url.replace(/:[^:@]+@/, ':wrong@');
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('adopts the server that a killed Lockstep left running', async () => {
    const other = await hold();
    await killed(other.process);
    expect(await isRunning(other.told.pid ?? 0)).toBe(true);
    const server = await start();
    expect(server).toMatchObject({ adopted: true, pid: other.told.pid, port: other.told.port });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(await isRunning(other.told.pid ?? 0)).toBe(false);
  });

  it('waits out a server that is going down', async () => {
    const other = await hold();
    await killed(other.process);
    process.kill(other.told.pid ?? 0, 'SIGINT');
    const server = await start();
    expect(server.pid).not.toBe(other.told.pid);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses a second Lockstep on the folder, and says who holds it', async () => {
    const other = await hold();
    await expect(start()).rejects.toMatchObject({
      code: 'folder-in-use',
      message: expect.stringContaining(`process ${other.process.pid}`),
    });
    expect(await isRunning(other.told.pid ?? 0)).toBe(true);
  });

  it('lets exactly one of several that start at once over a dead lock through', async () => {
    const dead = await hold();
    await killed(dead.process);
    const told = await Promise.all([hold(), hold(), hold(), hold()]);
    expect(told.filter(({ told: { error } }) => error === undefined)).toHaveLength(1);
  });

  it('starts the server again on the same port when it dies', async () => {
    const server = await start();
    const { pid } = server;
    process.kill(pid, 'SIGKILL');
    while (server.pid === pid) await delay(50);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('waits until a killed server has left the process table', async () => {
    await (await start()).stop();
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const cluster = path.join(dataFolder, 'postgres');
    const zombie = line.toString().trim();
    await writeFile(
      path.join(cluster, 'postmaster.pid'),
      `${zombie}\n${cluster}\n0\n1\n\n127.0.0.1\n0 0\nready\n`,
    );
    setTimeout(() => parent.kill('SIGKILL'), 1_500);
    const server = await start();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(parent.killed).toBe(true);
  });

  it('removes a pid file that a loss of power left without its content', async () => {
    const first = await start();
    await first.stop();
    servers.pop();
    await writeFile(path.join(dataFolder, 'postgres/postmaster.pid'), '', { mode: 0o600 });
    const second = await start();
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('removes a pid file that names a stranger', async () => {
    await (await start()).stop();
    await writeFile(
      path.join(dataFolder, 'postgres/postmaster.pid'),
      `${process.pid}\n/elsewhere\n0\n1\n\n\n\nready\n`,
    );
    const server = await start();
    expect(server.adopted).toBe(false);
  });

  it('refuses the data of another major version', async () => {
    await (await start()).stop();
    await writeFile(path.join(dataFolder, 'postgres/PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject({ code: 'version-mismatch' });
  });

  it('says which password file is missing', async () => {
    await (await start()).stop();
    await rm(path.join(dataFolder, 'postgres.password'));
    await expect(start()).rejects.toMatchObject({ code: 'password-missing' });
  });

  it('says that the folder cannot be written', async () => {
    const file = path.join(dataFolder, 'file');
    await writeFile(file, '');
    await chmod(file, 0o400);
    await expect(
      startEmbeddedPostgres({ dataFolder: path.join(file, 'inside'), log: silent }),
    ).rejects.toMatchObject({ code: 'folder-unusable' });
  });
});
