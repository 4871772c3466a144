import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import type { Log } from '../postgres/log.ts';
import { makeFolder } from '../postgres/make-folder.ts';
import { StartupError, toStartupError } from '../postgres/startup-error.ts';
import { connectDatabase } from '../store/database.ts';
import type { Header } from './header.ts';
import { assertWhole, type Restored, restoreBackup } from './restore-backup.ts';

export interface RestoreOptions {
  readonly file: string;
  /** Where the embedded PostgreSQL is made; without one when `databaseUrl` is given. */
  readonly dataFolder: string;
  readonly databaseUrl?: string | undefined;
  readonly log?: Log;
}

/** Restores a backup while no server runs on that data folder. */
export async function restoreServer(options: RestoreOptions): Promise<Restored> {
  const log: Log = options.log ?? pino({ level: process.env['LOCKSTEP_LOG'] ?? 'warn' }, pino.destination(2));
  const dataFolder = path.resolve(options.dataFolder);
  // Before anything is made or started.
  const header = await checkBackup(options.file);
  const undo: (() => Promise<void>)[] = [];
  try {
    let url = options.databaseUrl ?? '';
    if (url === '') {
      await makeFolder(dataFolder);
      const postgres = await startEmbeddedPostgres({ dataFolder, log });
      undo.push(() => postgres.stop());
      url = postgres.url;
    }
    const database = await connectDatabase({ url, log });
    undo.push(() => database.close());
    return await restoreBackup(database.db, header, linesOf(options.file), log);
  } catch (error) {
    throw toStartupError(error, dataFolder);
  } finally {
    for (let end = undo.pop(); end !== undefined; end = undo.pop()) await end();
  }
}

/** Reads the whole file. @throws StartupError when it is no backup, was changed, or ends early. */
export async function checkBackup(file: string): Promise<Header> {
  await assertReadable(file);
  return assertWhole(linesOf(file));
}

async function assertReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(
      'backup-unknown',
      `The backup ${file} cannot be read (${error.code ?? error.message}).`,
      'Give a file that `lockstep backup` wrote.',
    );
  });
}

/** The lines of a gzipped backup. A file that is none, or is cut off, ends in a refusal. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const unpacked = new PassThrough();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  pipeline(createReadStream(file), createGunzip(), unpacked, (error) => {
    if (error !== undefined && error !== null) failed.reject(error);
  });
  const lines = createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY });
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), failed.promise]);
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || error instanceof StartupError) throw error;
    throw new StartupError(
      'backup-damaged',
      `The backup ${file} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}.`,
      'Nothing was restored. Give a file that `lockstep backup` wrote, or copy it again.',
    );
  } finally {
    lines.close();
    unpacked.destroy();
  }
}
