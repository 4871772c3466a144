import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { birthOf, isRunning } from './process-table.ts';
import { StartupError } from './startup-error.ts';

interface Owner {
  readonly pid: number;
  readonly birth: string | null;
  readonly host: string;
  readonly token: string;
}

export interface FolderLock {
  release(): Promise<void>;
}

/** Milliseconds. A lock of another host (a container that is gone, say) is dead when not touched for `silence`. */
const heartbeat = 3_000;
const silence = 15_000;

/** One Lockstep per data folder. A lock whose owner was killed is taken over. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = path.join(folder, 'lockstep.lock');
  const own: Owner = {
    pid: process.pid,
    birth: (await birthOf(process.pid)) ?? null,
    host: hostname(),
    token: randomUUID(),
  };
  for (let attempt = 0; attempt < 20; attempt++) {
    if (await create(file, own)) return hold(file, own);
    const owner = await read(file);
    if (owner !== undefined && (await lives(owner, file))) throw inUse(folder, owner);
    await takeAway(file, owner);
  }
  throw new StartupError(
    'folder-in-use',
    `Several Lockstep processes are starting on ${folder} at the same time.`,
    'Start only one of them on this folder.',
  );
}

/** A link is made whole or not at all, so nobody ever reads half a lock. */
async function create(file: string, own: Owner): Promise<boolean> {
  const draft = `${file}.${own.token}`;
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function hold(file: string, own: Owner): FolderLock {
  const touch = setInterval(() => {
    const now = new Date();
    void utimes(file, now, now).catch(() => undefined);
  }, heartbeat);
  touch.unref();
  return {
    release: async () => {
      clearInterval(touch);
      if ((await read(file))?.token === own.token) await rm(file, { force: true });
    },
  };
}

async function lives(owner: Owner, file: string): Promise<boolean> {
  if (owner.host !== hostname()) return touchedWithin(file, silence);
  if (!(await isRunning(owner.pid))) return false;
  const birth = await birthOf(owner.pid);
  return owner.birth === null || birth === undefined || birth === owner.birth;
}

/** Waits until the lock is touched (its owner lives) or has been silent for long enough. */
async function touchedWithin(file: string, wait: number): Promise<boolean> {
  const first = await stat(file).then(
    (found) => found.mtimeMs,
    () => 0,
  );
  for (let age = Date.now() - first; age < wait; age = Date.now() - first) {
    await delay(Math.min(500, wait - age));
    const now = await stat(file).then(
      (found) => found.mtimeMs,
      () => 0,
    );
    if (now !== first) return now !== 0;
  }
  return false;
}

/** Removes a dead lock, unless another starter has replaced it since we read it: then it is put back. */
async function takeAway(file: string, dead: Owner | undefined): Promise<void> {
  const aside = `${file}.dead-${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (dead !== undefined && (await read(aside))?.token !== dead.token)
    await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function read(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function inUse(folder: string, owner: Owner): StartupError {
  return new StartupError(
    'folder-in-use',
    `Another Lockstep (process ${owner.pid} on ${owner.host}) is using the data folder ${folder}.`,
    'Stop it first, or give this one its own data folder. To run several, let them share a PostgreSQL through DATABASE_URL.',
  );
}
