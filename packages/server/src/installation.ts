import { stat, statfs } from 'node:fs/promises';
import type { Finding } from '@lockstep/api';
import { sql } from 'kysely';
import { tokenFile } from './http/token.ts';
import { keyFile } from './secrets/key-file.ts';
import type { Db } from './store/database.ts';

/** Bytes; below them PostgreSQL may soon be unable to write, and below the least it is about to. */
const ROOM = 500 * 1024 * 1024;
const LEAST = 50 * 1024 * 1024;

/** Looks at what this server stands on: its database, its data folder, its key and its token. */
export async function inspectInstallation(parts: {
  readonly db: Db;
  readonly dataFolder: string;
  readonly embedded: boolean;
  readonly keyFromEnvironment: boolean;
}): Promise<Finding[]> {
  const { db, dataFolder } = parts;
  return [
    await inspectDatabase(db, parts.embedded),
    parts.keyFromEnvironment
      ? { subject: 'key', level: 'ok', message: 'comes from LOCKSTEP_KEY' }
      : await inspectSecret(
          'key',
          keyFile(dataFolder),
          'Restore it from your backup before you stop this server.',
        ),
    await inspectSecret('token', tokenFile(dataFolder), 'Start the server again: it makes a new one.'),
    await inspectRoom(dataFolder),
  ];
}

async function inspectDatabase(db: Db, embedded: boolean): Promise<Finding> {
  const started = performance.now();
  const { rows } = await sql<{ version: string; schema: number }>`
    select current_setting('server_version') as version, (select max(number) from schema_version) as schema`.execute(
    db,
  );
  const { version = '', schema = 0 } = rows[0] ?? {};
  const kind = embedded ? 'embedded PostgreSQL' : 'PostgreSQL';
  const took = Math.round(performance.now() - started);
  return {
    subject: 'database',
    level: 'ok',
    message: `${kind} ${version} answers in ${took} ms; schema version ${schema}, as this Lockstep needs it`,
  };
}

async function inspectSecret(subject: string, file: string, remedy: string): Promise<Finding> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return { subject, level: 'error', message: `the file ${file} is gone`, remedy };
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    const message = `others on this machine may read ${file} (mode ${mode})`;
    return { subject, level: 'error', message, remedy: `chmod 600 ${file}` };
  }
  return { subject, level: 'ok', message: `${file}, mode ${mode}` };
}

async function inspectRoom(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const megabytes = Math.round((bavail * bsize) / 1024 / 1024);
  const message = `${megabytes} MB are free for ${folder}`;
  if (bavail * bsize >= ROOM) return { subject: 'disk', level: 'ok', message };
  const level = bavail * bsize < LEAST ? 'error' : 'warning';
  return { subject: 'disk', level, message, remedy: 'Free some space: 500 MB at least.' };
}
