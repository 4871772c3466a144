import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { First, Job } from './job.ts';

const PROGRAM = path.join(import.meta.dirname, 'writer.ts');

/** A writer, seen from outside: its lines are read to the last, also after its death. */
export class WriterProcess {
  readonly first: Promise<First>;
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly closed: Promise<unknown>;

  constructor(
    dataFolder: string,
    settings: Readonly<Record<string, string>>,
    acknowledge: (line: string) => void,
  ) {
    const flags = ['--disable-warning=ExperimentalWarning', PROGRAM];
    this.child = spawn(process.execPath, [...flags, dataFolder, JSON.stringify(settings)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // A job for one that has just been killed.
    this.child.stdin.on('error', () => undefined);
    this.closed = once(this.child, 'close');
    const { promise, resolve, reject } = Promise.withResolvers<First>();
    // Nobody waits for the first words of one that is killed while it starts.
    promise.catch(() => undefined);
    this.first = promise;
    let isFirst = true;
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      if (!isFirst) return acknowledge(line);
      isFirst = false;
      resolve(JSON.parse(line) as First);
    });
    void this.closed.then(() => reject(new Error('a writer ended before it said anything')));
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error('the writer could not be started');
    return pid;
  }

  write(job: Job): void {
    this.child.stdin.write(`${JSON.stringify(job)}\n`);
  }

  /** `kill -9`; gone, and heard to the end, when this returns. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }

  /** Lets it stop its database and end. */
  async end(): Promise<void> {
    this.child.stdin.end();
    await this.closed;
  }
}
