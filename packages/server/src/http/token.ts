import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartupError } from '../postgres/startup-error.ts';
import { syncFolder } from '../postgres/sync-folder.ts';

/** Holds the token for the command line on this machine; readable by its owner alone. */
export function tokenFile(dataFolder: string): string {
  return path.join(dataFolder, 'api-token');
}

/** The token of this data folder, made at the first start. */
export async function openToken(dataFolder: string): Promise<string> {
  const file = tokenFile(dataFolder);
  const fresh = `lks_${randomBytes(24).toString('base64url')}`;
  try {
    await writeFile(file, `${fresh}\n`, { mode: 0o600, flag: 'wx', flush: true });
    await syncFolder(dataFolder);
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const token = (
    await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new StartupError(
        'folder-unusable',
        `The file of the API token ${file} cannot be read (${error.code}).`,
        'Give it to the user that runs Lockstep, with mode 0600, or remove it: the next start makes a new token.',
        error,
      );
    })
  ).trim();
  if (process.platform !== 'win32') await chmod(file, 0o600);
  if (token.length >= 20) return token;
  // Cut off while it was made: nobody has it.
  await writeFile(file, `${fresh}\n`, { mode: 0o600, flush: true });
  return fresh;
}

/** Compares without telling by its time how much was right; only the hash is kept. */
export function tokenGuard(token: string): (given: string | undefined) => boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = hash(token);
  return (given) => given !== undefined && timingSafeEqual(hash(given), expected);
}
