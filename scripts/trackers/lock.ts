import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FOLDER } from './places.ts';

const PATIENCE = 300_000;

/** One command at a time per machine: two that install, seed or start together would spoil each other's work. */
export async function withLock<T>(work: () => Promise<T>): Promise<T> {
  const path = join(FOLDER, 'lock');
  for (const deadline = Date.now() + PATIENCE; !(await take(path)); await sleep(500)) {
    if (Date.now() > deadline)
      throw new Error(`Another "npm run trackers" has held ${path} for five minutes.`);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) await rm(path, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
