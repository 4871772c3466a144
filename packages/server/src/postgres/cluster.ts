import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Binaries } from './binaries.ts';
import { run } from './command.ts';
import { diskFull, StartupError } from './startup-error.ts';
import { syncFolder } from './sync-folder.ts';
import { assertReachable, type Runner } from './unprivileged.ts';

/** The one role and the one database of an embedded server. */
export const role = 'lockstep';
export const database = 'lockstep';

export function clusterFolder(dataFolder: string): string {
  return path.join(dataFolder, 'postgres');
}

/** Makes the cluster at the first start, checks it at later ones, and returns the password. */
export async function openCluster(dataFolder: string, binaries: Binaries, runner: Runner): Promise<string> {
  const folder = clusterFolder(dataFolder);
  const passwordFile = path.join(dataFolder, 'postgres.password');
  await assertReachable(runner, binaries.postgres);
  const major = await readFile(path.join(folder, 'PG_VERSION'), 'utf8').then(
    (text) => text.trim(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  if (major === undefined) return initialise(dataFolder, passwordFile, binaries, runner);
  if (major !== binaries.major) {
    throw new StartupError(
      'version-mismatch',
      `The data in ${folder} was made by PostgreSQL ${major}, but this Lockstep carries PostgreSQL ${binaries.major}.`,
      `Make a backup with the Lockstep version that carries PostgreSQL ${major}, then restore it into a new data folder with this one.`,
    );
  }
  await assertReachable(runner, folder);
  const password = (await readFile(passwordFile, 'utf8').catch(() => '')).trim();
  if (password !== '') return password;
  throw new StartupError(
    'password-missing',
    `The password file ${passwordFile} of the embedded PostgreSQL is missing or empty.`,
    'Restore it from your backup of the data folder, or restore a Lockstep backup into a new data folder.',
  );
}

async function initialise(
  dataFolder: string,
  passwordFile: string,
  binaries: Binaries,
  runner: Runner,
): Promise<string> {
  // A start that was killed half-way leaves its draft behind.
  for (const name of await readdir(dataFolder)) {
    if (name.startsWith('postgres.new-'))
      await rm(path.join(dataFolder, name), { recursive: true, force: true });
  }
  const password = randomBytes(24).toString('base64url');
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, password, { mode: 0o600, flush: true });
  await runner.give(passwordFile);
  const draft = path.join(dataFolder, `postgres.new-${process.pid}`);
  // initdb makes the folder itself when it may; an unprivileged user may not.
  if (runner.how === 'setuid') {
    await mkdir(draft, { mode: 0o700 });
    await runner.give(draft);
    await assertReachable(runner, draft);
  }
  const [file, args] = runner.command(binaries.initdb, [
    `--pgdata=${draft}`,
    `--username=${role}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--data-checksums',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ]);
  const result = await run(file, args, { ...runner.identity, cwd: dataFolder, env: cleanEnvironment() });
  if (result.code !== 0) {
    await rm(draft, { recursive: true, force: true });
    if (/No space left|Disk quota/.test(result.output)) throw diskFull(dataFolder);
    throw new StartupError(
      'server-failed',
      `PostgreSQL could not make its data folder ${draft}: ${lastLines(result.output)}`,
      'Mend what it says and start again.',
    );
  }
  await rename(draft, clusterFolder(dataFolder));
  await syncFolder(dataFolder);
  return password;
}

/** PG* variables of the person's shell would change what we start. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };
}

export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-4).join(' | ').slice(0, 600);
}
