import { randomBytes } from 'node:crypto';
import { access, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FOLDER, HOST, REDMINE_URL } from '../places.ts';
import { pidOf, start, stop } from '../process.ts';
import { bundlerVersion, install, isInstalled, run, runAsWeb } from '../shell.ts';

const ANSWERS = [
  'redmine redmine/instances/default/dbconfig-install boolean true',
  'redmine redmine/instances/default/database-type select sqlite3',
  'redmine redmine/instances/default/default-language select en',
];
const HOME = '/usr/share/redmine';
const DATABASE_CONFIG = '/etc/redmine/default/database.yml';
const FILES = '/var/lib/redmine/default/files';

/** The database as the package made it, before any seed. */
const EMPTY = join(FOLDER, 'redmine.empty.sqlite3');

async function environment(): Promise<Record<string, string>> {
  return {
    ...(await bundlerVersion()),
    HOME: '/tmp',
    RAILS_ENV: 'production',
    REDMINE_INSTANCE: 'default',
    X_DEBIAN_SITEID: 'default',
    SCHEMA: '/dev/null',
    RUBYOPT: '-W0',
  };
}

export async function installRedmine(): Promise<void> {
  if (
    !(await isInstalled('redmine')) ||
    !(await isInstalled('redmine-sqlite')) ||
    !(await isInstalled('puma'))
  ) {
    await install(['redmine', 'redmine-sqlite', 'puma'], ANSWERS);
  }
  const config = await readFile(DATABASE_CONFIG, 'utf8');
  // Two writers on one SQLite file: let the second wait rather than fail.
  if (!/^\s*timeout:/m.test(config)) {
    await writeFile(
      DATABASE_CONFIG,
      config.replace(/^(\s*)encoding: utf8$/m, '$1encoding: utf8\n$1timeout: 10000'),
    );
  }
  const kept = await access(EMPTY).then(
    () => true,
    () => false,
  );
  if (!kept) await copyFile(await database(), EMPTY);
}

/** Back to the empty database, then the seed. Gives back what the seed printed. */
export async function seedRedmine(): Promise<unknown> {
  const path = await database();
  await run('rm', ['-rf', '--', `${path}-wal`, `${path}-shm`, `${path}-journal`]);
  await copyFile(EMPTY, path);
  await run('find', [FILES, '-mindepth', '1', '-delete']);
  const script = await readFile(join(import.meta.dirname, 'seed.rb'), 'utf8');
  // The checkout may be out of the web server's reach, so the script goes where it can read it.
  const copy = join(FOLDER, `seed-${randomBytes(4).toString('hex')}.rb`);
  await writeFile(copy, script, { mode: 0o644 });
  try {
    const output = await runAsWeb('bundle', ['exec', 'rails', 'runner', copy], {
      cwd: HOME,
      env: await environment(),
    });
    return JSON.parse(output.trim().split('\n').at(-1) ?? '');
  } finally {
    await run('rm', ['-f', '--', copy]);
  }
}

/**
 * One process with one thread: more of them make SQLite answer 500 when two write at once. Without the queue there
 * are no kept connections either, for each of which the only thread would wait a fifth of a second.
 */
const PUMA = `environment 'production'
workers 0
threads 1, 1
queue_requests false
bind 'tcp://${HOST}:${new URL(REDMINE_URL).port}'
rackup 'config.ru'
`;

export async function startRedmine(): Promise<'started' | 'ran already'> {
  const config = join(FOLDER, 'redmine.puma.rb');
  await writeFile(config, PUMA, { mode: 0o644 });
  return start({
    name: 'redmine',
    program: '/usr/bin/puma',
    args: ['-C', config],
    cwd: HOME,
    env: await environment(),
    probe: `${REDMINE_URL}/login`,
  });
}

export const stopRedmine = (): Promise<'stopped' | 'did not run'> => stop('redmine');
export const redminePid = (): Promise<number | undefined> => pidOf('redmine');

async function database(): Promise<string> {
  const config = await readFile(DATABASE_CONFIG, 'utf8');
  const path = /^\s*database: "?([^"\s]+)"?$/m.exec(config)?.[1];
  if (path === undefined) throw new Error(`${DATABASE_CONFIG} names no database file`);
  return path;
}
