import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { cleanEnvironment, clusterFolder, lastLines } from './cluster.ts';
import { run } from './command.ts';
import { type Postmaster, readPidFile, serves } from './postmaster.ts';
import { isPostgresOn } from './process-table.ts';
import { diskFull, StartupError } from './startup-error.ts';
import type { Runner } from './unprivileged.ts';

export interface Launch {
  readonly dataFolder: string;
  readonly binaries: Binaries;
  readonly runner: Runner;
  readonly password: string;
  /** Server settings beyond our own. */
  readonly settings: Readonly<Record<string, string>>;
}

const startWait = 120_000;
const maxLogBytes = 20_000_000;

/** Starts a server; on the given port, or on a free one. Crash recovery is part of it, so it may take a while. */
export async function launch(options: Launch, port?: number): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const failure = await tryLaunch(options, chosen);
    if (typeof failure !== 'string') return failure;
    // Backends of a killed server need a moment to notice; a port can be taken between choosing and binding.
    // A killed server that its parent has not looked at yet keeps its pid, and PostgreSQL takes it for alive.
    const passing =
      /still in use|already in use|could not bind|is starting up|lock file .* already exists/i.test(failure);
    if (!passing || attempt >= 40) throw explain(failure, options.dataFolder);
    await delay(250);
  }
}

async function tryLaunch(options: Launch, port: number): Promise<Postmaster | string> {
  const cluster = clusterFolder(options.dataFolder);
  const logFile = path.join(options.dataFolder, 'postgres.log');
  const logged = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (logged > maxLogBytes) await truncate(logFile);
  const from = logged > maxLogBytes ? 0 : logged;
  // A file, not a pipe: the server must be able to outlive a killed Lockstep.
  const sink = await open(logFile, 'a', 0o600);
  let child: ChildProcess;
  let ended: string | undefined;
  try {
    const [file, args] = options.runner.command(
      options.binaries.postgres,
      serverArguments(cluster, port, options.settings),
    );
    child = spawn(file, args, {
      ...options.runner.identity,
      cwd: options.dataFolder,
      env: cleanEnvironment(),
      stdio: ['ignore', sink.fd, sink.fd],
      // Its own process group, so that Ctrl-C stops us first and us alone.
      detached: true,
    });
    child.on('error', (error) => (ended = error.message));
    child.on('exit', (code, signal) => (ended ??= `it ended with ${signal ?? `code ${code}`}`));
  } finally {
    await sink.close();
  }
  child.unref();
  const deadline = Date.now() + startWait;
  while (ended === undefined) {
    const found = await readPidFile(cluster);
    if (
      found?.pid === child.pid &&
      found?.status === 'ready' &&
      (await serves(port, options.password, cluster))
    ) {
      return { pid: found.pid, port };
    }
    if (Date.now() > deadline) {
      child.kill('SIGQUIT');
      ended = `it was not ready after ${startWait / 1000} seconds`;
    }
    await delay(15);
  }
  const written = await readFile(logFile).then(
    (text) => text.subarray(from).toString(),
    () => '',
  );
  // What made it end is seldom the last that it says.
  const fatal = written.split('\n').filter((line) => /\b(?:FATAL|PANIC):/.test(line));
  return `${ended}: ${lastLines(fatal.length > 0 ? fatal.join('\n') : written)}`;
}

function serverArguments(cluster: string, port: number, extra: Readonly<Record<string, string>>): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Statements can hold what must not be in a log.
    log_min_error_statement: 'panic',
    ...extra,
  };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Asks the server to end, fast but clean; after `patience` milliseconds it is made to (it then recovers at its next start). */
export async function shutDown(postmaster: Postmaster, options: Launch, patience = 20_000): Promise<void> {
  const cluster = clusterFolder(options.dataFolder);
  const signal = async (name: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    if (process.platform === 'win32') {
      await run(options.binaries.pgCtl, [
        'stop',
        '-D',
        cluster,
        '-m',
        name === 'SIGINT' ? 'fast' : 'immediate',
      ]);
    } else if (await isPostgresOn(postmaster.pid, cluster)) {
      process.kill(postmaster.pid, name);
    }
  };
  const started = Date.now();
  await signal('SIGINT');
  let forced = false;
  while (await isPostgresOn(postmaster.pid, cluster)) {
    if (!forced && Date.now() - started > patience) {
      forced = true;
      await signal('SIGQUIT');
    }
    if (Date.now() - started > patience + 10_000) return;
    await delay(15);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function explain(failure: string, dataFolder: string): StartupError {
  if (/No space left|Disk quota/.test(failure)) return diskFull(dataFolder);
  if (/Permission denied|has wrong ownership|invalid permissions/.test(failure)) {
    return new StartupError(
      'folder-unusable',
      `PostgreSQL may not use ${clusterFolder(dataFolder)}: ${failure}`,
      'The folder and all in it must belong to the user that runs Lockstep, with mode 0700.',
    );
  }
  return new StartupError(
    'server-failed',
    `The embedded PostgreSQL on ${clusterFolder(dataFolder)} did not start: ${failure}`,
    `See ${path.join(dataFolder, 'postgres.log')}.`,
  );
}
