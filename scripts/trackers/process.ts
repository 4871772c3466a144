import { spawn } from 'node:child_process';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FOLDER, logFile, type TrackerName } from './places.ts';
import { AS_WEB } from './shell.ts';

export interface Server {
  readonly name: TrackerName;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Answers, with any status below 500, once the server is ready. */
  readonly probe: string;
}

/** The pid of the server that we started, if it still lives. */
export async function pidOf(name: TrackerName): Promise<number | undefined> {
  const text = await readFile(pidFile(name), 'utf8').catch(() => '');
  const [pid, born] = text.trim().split(' ');
  if (pid === undefined || born === undefined) return undefined;
  return (await bornAt(Number(pid))) === born ? Number(pid) : undefined;
}

export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'manual' });
    await answer.body?.cancel();
    return answer.status < 500;
  } catch {
    return false;
  }
}

/** Starts the server in its own process group and waits until it answers. */
export async function start(server: Server): Promise<'started' | 'ran already'> {
  if ((await pidOf(server.name)) !== undefined && (await answers(server.probe))) return 'ran already';
  await stop(server.name);
  if (await answers(server.probe)) {
    throw new Error(
      `${server.probe} is answered by a program that this command did not start: stop that one first.`,
    );
  }
  const log = await open(logFile(server.name), 'a', 0o600);
  const child = spawn('setpriv', [...AS_WEB, server.program, ...server.args], {
    cwd: server.cwd,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', TZ: 'UTC', ...server.env },
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  await log.close();
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${server.name} did not start: setpriv is missing`);
  await writeFile(pidFile(server.name), `${pid} ${await bornAt(pid)}\n`);
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(200)) {
    if ((await bornAt(pid)) === undefined) break;
    if (await answers(server.probe)) return 'started';
  }
  await stop(server.name);
  throw new Error(`${server.name} did not start. Its log: ${await tail(logFile(server.name))}`);
}

export async function stop(name: TrackerName): Promise<'stopped' | 'did not run'> {
  const pid = await pidOf(name);
  if (pid === undefined) {
    await killOrphans(name);
    return 'did not run';
  }
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    signalGroup(pid, signal);
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(100)) {
      if ((await bornAt(pid)) !== undefined) continue;
      signalGroup(pid, 'SIGKILL');
      await rm(pidFile(name), { force: true });
      return 'stopped';
    }
  }
  throw new Error(`${name} (process ${pid}) does not stop`);
}

/** A server that was killed leaves its workers, which hold the port. Its group's number is not reused meanwhile. */
async function killOrphans(name: TrackerName): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile(name), 'utf8').catch(() => ''));
  if (pid > 1 && (await bornAt(pid)) === undefined) signalGroup(pid, 'SIGKILL');
  await rm(pidFile(name), { force: true });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone, which is what was wanted.
  }
}

/** A pid alone can be another process by now; its start time tells. A zombie counts as dead. */
async function bornAt(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
}

function pidFile(name: TrackerName): string {
  return join(FOLDER, `${name}.pid`);
}

async function tail(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return `${path}\n${text.trim().split('\n').slice(-15).join('\n')}`;
}
