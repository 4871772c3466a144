import { open } from 'node:fs/promises';

/** A file that was made, renamed or linked here survives a loss of power from now on; its content needs its own flush. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
