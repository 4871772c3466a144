import { stat, statfs } from 'node:fs/promises';
import type { Finding } from '@lockstep/api';
import { sql } from 'kysely';
import { tokenFile } from './http/token.ts';
import { keyFile } from './secrets/key-file.ts';
import { lastBackup } from './store/backup-time.ts';
import type { Db } from './store/database.ts';
import { schemaDrift } from './store/schema-drift.ts';
import { databaseTrouble } from './store/trouble.ts';

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
    await inspectSchema(db),
    await inspectClock(db),
    parts.keyFromEnvironment
      ? { subject: 'key', level: 'ok', message: 'comes from LOCKSTEP_KEY' }
      : await inspectSecret(
          'key',
          keyFile(dataFolder),
          'Restore it from your backup before you stop this server.',
        ),
    await inspectSecret('token', tokenFile(dataFolder), 'Start the server again: it makes a new one.'),
    await inspectRoom(dataFolder),
    await inspectBackup(db),
    WEBHOOKS,
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

/** Differences named in one finding. */
const NAMED = 5;

async function inspectSchema(db: Db): Promise<Finding> {
  try {
    const drift = await schemaDrift(db);
    if (drift.length === 0) return { subject: 'schema', level: 'ok', message: 'is as Lockstep made it' };
    const more = drift.length > NAMED ? `; and ${drift.length - NAMED} more` : '';
    return {
      subject: 'schema',
      level: 'warning',
      message: `is not as Lockstep made it: ${drift.slice(0, NAMED).join('; ')}${more}`,
      remedy: 'Undo by hand what was changed by hand, or restore a backup into a new database.',
    };
  } catch (error) {
    const trouble = databaseTrouble(error);
    const reason = trouble?.what ?? (error instanceof Error ? error.message : String(error));
    return {
      subject: 'schema',
      level: 'warning',
      message: `cannot be compared with what Lockstep makes: ${reason}`,
      remedy:
        trouble?.remedy ??
        'Let the account of DATABASE_URL create schemas in its database, if you want this to be checked.',
    };
  }
}

/** Milliseconds between the database's clock and ours from which times of records do not fit together. */
const SKEW = 5_000;

async function inspectClock(db: Db): Promise<Finding> {
  const asked = Date.now();
  const { rows } = await sql<{ now: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`.execute(db);
  const skew = Math.round((rows[0]?.now ?? asked) - (asked + Date.now()) / 2);
  const seconds = `${(skew / 1000).toFixed(1)} s`;
  if (Math.abs(skew) < SKEW)
    return { subject: 'clock', level: 'ok', message: `differs from the database's by ${seconds}` };
  const message = `of this machine differs from the database's by ${seconds}`;
  return { subject: 'clock', level: 'warning', message, remedy: 'Set both clocks by NTP.' };
}

/** Days after which a backup is old. */
const OLD = 7;

async function inspectBackup(db: Db): Promise<Finding> {
  const at = await lastBackup(db);
  const remedy = 'Take one: lockstep backup FILE. Keep the key at another place.';
  if (at === undefined)
    return {
      subject: 'backup',
      level: 'warning',
      message: 'none was taken with `lockstep backup` yet',
      remedy,
    };
  const days = Math.floor((Date.now() - Date.parse(at)) / 86_400_000);
  const message = `the latest was taken at ${at}`;
  return days < OLD
    ? { subject: 'backup', level: 'ok', message }
    : { subject: 'backup', level: 'warning', message: `${message}, ${days} days ago`, remedy };
}

const WEBHOOKS: Finding = {
  subject: 'webhooks',
  level: 'ok',
  message: 'none are received: changes are found by asking the trackers at each run',
};

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
