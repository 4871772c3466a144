import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readPidFile } from '../../packages/server/src/postgres/postmaster.ts';
import { isRunning } from '../../packages/server/src/postgres/process-table.ts';

/** All processes of the PostgreSQL in this data folder, also those whose postmaster is dead: each works in there. */
export async function databaseProcesses(dataFolder: string): Promise<readonly number[]> {
  const names = await readdir('/proc');
  const found = await Promise.all(
    names.map(async (name) => {
      if (!/^\d+$/.test(name)) return [];
      const place = await readlink(`/proc/${name}/cwd`).catch(() => undefined);
      return place === dataFolder || place?.startsWith(`${dataFolder}/`) === true ? [Number(name)] : [];
    }),
  );
  return found.flat();
}

export async function postmasterOf(dataFolder: string): Promise<number | undefined> {
  const found = await readPidFile(path.join(dataFolder, 'postgres'));
  return found !== undefined && (await isRunning(found.pid)) ? found.pid : undefined;
}

/** How many of them were still there to be killed. */
export function killNow(pids: readonly number[]): number {
  let killed = 0;
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    } catch (error) {
      // It has ended by itself.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  return killed;
}

/** Kills until none is left: one that was being forked at the first look is found at the second. */
export async function killAll(dataFolder: string): Promise<void> {
  for (;;) {
    const left = await databaseProcesses(dataFolder);
    if (left.length === 0) return;
    killNow(left);
    await delay(10);
  }
}
