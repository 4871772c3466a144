import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach } from 'vitest';

const MAIN = path.join(import.meta.dirname, '../main.ts');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly told: string;
}

export interface Processes {
  /** Of this test's own; where commands run, and gone after the test. */
  readonly folder: string;
  start(args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess;
  /** One command to its end. */
  lockstep(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** A server that has told where it listens; it is ended after the test. */
  serve(args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; url: string }>;
  /** SIGTERM, and the exit code. */
  end(child: ChildProcess): Promise<number | null>;
}

/** Call at the top of a test file: the `lockstep` command in processes of its own, with the data folder `data`. */
export function useProcesses(): Processes {
  let folder = '';
  const serving: ChildProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lockstep-command-'));
  });
  afterEach(async () => {
    for (const child of serving.splice(0)) await end(child);
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const inherited = { PATH, NODE_COMPILE_CACHE, LOCKSTEP_LOG: 'error' };
    return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      cwd: folder,
      env: { ...inherited, LOCKSTEP_DATA: path.join(folder, 'data'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
  return {
    get folder() {
      return folder;
    },
    start,
    lockstep: async (args, env) => {
      const child = start(args, env);
      let out = '';
      let told = '';
      child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      return { code, out, told };
    },
    serve: async (args = [], env = {}) => {
      const child = start(['serve', '--port', '0', '--json', ...args], env);
      serving.push(child);
      let told = '';
      child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
      for await (const line of createInterface({ input: child.stdout ?? process.stdin }))
        return { child, url: (JSON.parse(line) as { url: string }).url };
      throw new Error(`the server did not start: ${told}`);
    },
    end,
  };
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return exit;
}
