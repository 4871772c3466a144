import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type Client } from '@lockstep/api';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PATIENCE = 60_000;

/** The server as people run it: a process of its own with the embedded PostgreSQL. */
export class ServerProcess {
  readonly log: string;
  private readonly folder: string;
  private port = 0;
  private child: ChildProcess | undefined;
  private api: Client | undefined;
  startedAt = 0;

  private readonly script: string;
  private readonly databaseUrl: string | undefined;

  /**
   * `script`: what is run in place of the `lockstep` command, from the root. `databaseUrl`: of a PostgreSQL in place of the
   * embedded one.
   */
  constructor(folder: string, script = 'packages/cli/src/main.ts', databaseUrl?: string) {
    this.databaseUrl = databaseUrl;
    this.folder = folder;
    this.script = path.join(ROOT, script);
    this.log = path.join(folder, 'server.log');
  }

  get client(): Client {
    if (this.api === undefined) throw new Error('the server was not started');
    return this.api;
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    if (this.port === 0) this.port = await freePort();
    this.startedAt = Date.now();
    const sink = await open(this.log, 'a', 0o600);
    const flags = ['--disable-warning=ExperimentalWarning', this.script];
    const child = spawn(
      process.execPath,
      [...flags, 'serve', '--data', this.folder, '--port', String(this.port)],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          LOCKSTEP_LOG: 'info',
          ...(this.databaseUrl === undefined ? {} : { DATABASE_URL: this.databaseUrl }),
        },
        // A group of its own, so that it can be killed as a whole.
        detached: true,
        stdio: ['ignore', sink.fd, sink.fd],
      },
    );
    this.child = child;
    await sink.close();
    for (const end = Date.now() + PATIENCE; Date.now() < end; await delay(50)) {
      if (child.exitCode !== null || child.signalCode !== null) break;
      if (await this.answers()) return;
    }
    throw new Error(`the server did not start: see ${this.log}\n${await this.tail()}`);
  }

  /** `kill -9` for the whole group, and for the database if so wished. Gone when this returns. */
  async kill(database: boolean): Promise<void> {
    const { child } = this;
    if (child?.pid === undefined) return;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    const postmaster = database ? await this.postmaster() : undefined;
    process.kill(-child.pid, 'SIGKILL');
    if (postmaster !== undefined) process.kill(postmaster, 'SIGKILL');
    await gone;
    this.child = undefined;
  }

  /** Ends it cleanly if it lives; a database that a dead one left behind ends, too. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([gone, delay(45_000, undefined, { ref: false })]);
      if (child.exitCode === null && child.signalCode === null) await this.kill(true);
    }
    const postmaster = await this.postmaster();
    if (postmaster !== undefined) process.kill(postmaster, 'SIGINT');
  }

  /** Values of its own metrics, by name; of those with labels the last. */
  async metrics(): Promise<Readonly<Record<string, number>>> {
    const token = (await readFile(path.join(this.folder, 'api-token'), 'utf8')).trim();
    const answer = await fetch(`http://127.0.0.1:${this.port}/metrics`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const lines = (await answer.text()).matchAll(/^(\w+)(?:\{.*\})? ([\d.e+-]+)$/gm);
    return Object.fromEntries([...lines].map(([, name, value]) => [name, Number(value)]));
  }

  async tail(): Promise<string> {
    const text = await readFile(this.log, 'utf8').catch(() => '');
    return text.trim().split('\n').slice(-15).join('\n');
  }

  private async answers(): Promise<boolean> {
    const token = (await readFile(path.join(this.folder, 'api-token'), 'utf8').catch(() => '')).trim();
    if (token === '') return false;
    this.api = createClient(`http://127.0.0.1:${this.port}`, token);
    return this.api.status().then(
      () => true,
      () => false,
    );
  }

  /** The embedded PostgreSQL's process, if it lives and is the one of this folder. */
  private async postmaster(): Promise<number | undefined> {
    const file = path.join(this.folder, 'postgres', 'postmaster.pid');
    const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''));
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.includes(this.folder) ? pid : undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
