import { realpath, writeFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBinaries } from './binaries.ts';
import { clusterFolder, openCluster } from './cluster.ts';
import { lockFolder } from './lock.ts';
import type { Log } from './log.ts';
import { makeFolder } from './make-folder.ts';
import { connectionUrl, ensureDatabase, findRunning, type Postmaster } from './postmaster.ts';
import { isRunning } from './process-table.ts';
import { type Launch, launch, shutDown } from './server-process.ts';
import { toStartupError } from './startup-error.ts';
import { chooseRunner } from './unprivileged.ts';

export interface EmbeddedPostgres {
  /** Holds the password: for the connection pool only, never for a log. Stays the same over restarts. */
  readonly url: string;
  readonly port: number;
  /** The server's process id at this moment. */
  readonly pid: number;
  /** Whether a server that a killed Lockstep had left running was taken over. */
  readonly adopted: boolean;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Lockstep's data folder; made if missing. The cluster is its subfolder `postgres`. */
  readonly dataFolder: string;
  readonly log: Log;
  /** Server settings beyond our own, for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Runs PostgreSQL in the data folder, started anew or adopted, and restarts it if it dies.
 * @throws StartupError with what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = path.resolve(options.dataFolder);
  try {
    const dataFolder = await usable(folder);
    const lock = await lockFolder(dataFolder);
    try {
      return await start(dataFolder, options, () => lock.release());
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw toStartupError(error, folder);
  }
}

async function usable(folder: string): Promise<string> {
  await makeFolder(folder);
  const probe = path.join(folder, `.probe-${process.pid}`);
  await writeFile(probe, 'x');
  await rm(probe, { force: true });
  return realpath(folder);
}

async function start(
  dataFolder: string,
  { log, settings = {} }: EmbeddedPostgresOptions,
  unlock: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const cluster = clusterFolder(dataFolder);
  const binaries = await findBinaries();
  const runner = await chooseRunner(cluster);
  const password = await openCluster(dataFolder, binaries, runner);
  const options: Launch = { dataFolder, binaries, runner, password, settings };
  const found = await findRunning(cluster, password);
  let current: Postmaster = found ?? (await launch(options));
  log.info(
    { port: current.port, server: current.pid, dataFolder },
    `embedded PostgreSQL ${found ? 'adopted' : 'started'}`,
  );
  await ensureDatabase(current.port, password);

  const stopping = new AbortController();
  const watching = watch();
  return {
    url: connectionUrl(current.port, password),
    port: current.port,
    get pid() {
      return current.pid;
    },
    adopted: found !== undefined,
    stop: async () => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      await watching;
      await shutDown(current, options);
      await unlock();
      log.info({ dataFolder }, 'embedded PostgreSQL stopped');
    },
  };

  /** One way for a child and an adopted server alike: the pid is looked at, and the port kept, as pools hold it. */
  async function watch(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const pause = failures === 0 ? 500 : Math.min(30_000, 500 * 2 ** failures);
      await delay(pause, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      if (stopping.signal.aborted || (await isRunning(current.pid))) continue;
      log.warn({ server: current.pid }, 'the embedded PostgreSQL has died; starting it again');
      try {
        const { port } = current;
        current = (await findRunning(cluster, password)) ?? (await launch(options, port));
        failures = 0;
        log.info({ port: current.port, server: current.pid }, 'embedded PostgreSQL started again');
      } catch (error) {
        failures++;
        log.error({ err: error, failures }, 'the embedded PostgreSQL does not start again; trying on');
      }
    }
  }
}
