import { constants } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '@lockstep/api';
import { checkBackup, restoreServer } from '@lockstep/server';
import { EXIT, Failure } from '../exit.ts';
import type { Output } from '../output.ts';

/** Writes a backup beside its place, reads it again, and only then gives it its name. Never replaces a file. */
export async function backup(client: Client, file: string, output: Output): Promise<void> {
  if (await stat(file).catch(() => undefined))
    throw new Failure(EXIT.input, 'file-exists', `there is a file ${file} already`, 'Give another name.');
  const partial = path.join(path.dirname(file), `.${path.basename(file)}.partial`);
  try {
    const bytes = await write(partial, await client.backup());
    await checkBackup(partial);
    await rename(partial, file);
    output.line(`${file}: ${bytes} bytes, read again and whole.`);
    output.line(
      'The key that opens the secrets of connections is not in it: keep lockstep.key of the data folder, or LOCKSTEP_KEY, at another place.',
    );
    output.result({ ok: true, file, bytes });
  } finally {
    await rm(partial, { force: true });
  }
}

async function write(file: string, content: AsyncIterable<Uint8Array>): Promise<number> {
  const flags = constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY;
  const handle = await open(file, flags, 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      EXIT.input,
      'file-unusable',
      `${file} cannot be written (${error.code ?? error.message})`,
      'Give a folder that is there and that you may write to.',
    );
  });
  let bytes = 0;
  try {
    for await (const chunk of content) {
      await handle.write(chunk);
      bytes += chunk.length;
    }
    await handle.sync();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      EXIT.failed,
      'backup-broken-off',
      `the backup broke off after ${bytes} bytes: ${reason}`,
      'Nothing was kept. Look at the room on the disk and into the log of the server, then try again.',
    );
  } finally {
    await handle.close();
  }
  return bytes;
}

/** While no server runs on that data folder. */
export async function restore(file: string, dataFolder: string, output: Output): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  const { version, at, rows } = await restoreServer({ file, dataFolder, databaseUrl });
  output.line(`Restored ${rows} rows as they were at ${at}, written by Lockstep ${version}.`);
  output.line('All integrations are disabled: where the backup came from may still be running.');
  output.line(
    'Put lockstep.key into the data folder (or set LOCKSTEP_KEY), start the server, and enable them.',
  );
  output.result({ ok: true, rows, at, version });
}
