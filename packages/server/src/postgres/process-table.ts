import { readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { run } from './command.ts';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A zombie has ended, though its pid still answers: its parent (an init that never reaps) just has not looked. */
export async function isRunning(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const fields = await statFields(pid);
  return fields === undefined || fields[0] !== 'Z';
}

/**
 * Tells a process from a later one with the same pid, which is the rule rather than the exception in containers.
 * Undefined where the system does not say.
 */
export async function birthOf(pid: number): Promise<string | undefined> {
  const fields = await statFields(pid);
  if (fields !== undefined) return fields[19];
  if (process.platform === 'linux' || process.platform === 'win32') return undefined;
  const result = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return result.code === 0 ? result.output.trim() : undefined;
}

/** Whether this pid is a PostgreSQL server on this folder (and not a stranger that inherited the number). */
export async function isPostgresOn(pid: number, clusterFolder: string): Promise<boolean> {
  if (!(await isRunning(pid))) return false;
  if (process.platform === 'linux') {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (cwd !== undefined) return cwd === (await realpath(clusterFolder));
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    return name.startsWith('postgres');
  }
  if (process.platform === 'win32') return true;
  const { output } = await run('ps', ['-o', 'command=', '-p', String(pid)]);
  return output.includes('postgres') && output.includes(path.basename(clusterFolder));
}

/** The fields of /proc/<pid>/stat from the state on: [0] is the state, [19] the start time in clock ticks. */
async function statFields(pid: number): Promise<string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The process name stands in parentheses and may itself hold spaces.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}
