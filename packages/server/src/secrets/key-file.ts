import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartupError } from '../postgres/startup-error.ts';
import { syncFolder } from '../postgres/sync-folder.ts';
import type { Key } from './envelope.ts';

export function keyFile(dataFolder: string): string {
  return path.join(dataFolder, 'lockstep.key');
}

/** 32 bytes as base64, base64url or hex. The text is never part of a message. */
export function parseKey(text: string, source: string): Key {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[\w+/-]{43}=?$/.test(trimmed)
      ? Buffer.from(trimmed, 'base64')
      : undefined;
  if (key?.length === 32) return key;
  throw new StartupError(
    'key-invalid',
    `${source} does not hold a key.`,
    'A key is 32 random bytes in base64 or hex; "openssl rand -base64 32" makes one. To go on with existing secrets, give the key they were stored with.',
  );
}

/** The key of the data folder; undefined if there is none. A file that others may read is closed to them. */
export async function readKeyFile(dataFolder: string): Promise<Key | undefined> {
  const file = keyFile(dataFolder);
  try {
    const text = await readFile(file, 'utf8');
    if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) await chmod(file, 0o600);
    return parseKey(text, `The key file ${file}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      'key-invalid',
      `The key file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Give it to the user that runs Lockstep, with mode 0600.',
      error,
    );
  }
}

/** Makes the key, whole or not at all; where another starter was first, its key is taken. */
export async function makeKeyFile(dataFolder: string): Promise<Key> {
  const file = keyFile(dataFolder);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await mkdir(dataFolder, { recursive: true });
  await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  await link(draft, file)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    })
    .finally(() => rm(draft, { force: true }));
  // Before anything is sealed with it, or a loss of power could leave secrets without their key.
  await syncFolder(dataFolder);
  const key = await readKeyFile(dataFolder);
  if (key === undefined) throw new Error(`the key file ${file} vanished while it was made`);
  return key;
}
