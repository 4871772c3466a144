import type { Client } from '@lockstep/api';
import { checkBackup, restoreServer } from '@lockstep/server';
import type { Output } from '../output.ts';
import { download } from './download.ts';

/** The file has its name only once it was read again and found whole. */
export async function backup(client: Client, file: string, output: Output): Promise<void> {
  const bytes = await download(await client.backup(), file, checkBackup);
  output.line(`${file}: ${bytes} bytes, read again and whole.`);
  output.line(
    'The key that opens the secrets of connections is not in it: keep lockstep.key of the data folder, or LOCKSTEP_KEY, at another place.',
  );
  output.result({ ok: true, file, bytes });
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
