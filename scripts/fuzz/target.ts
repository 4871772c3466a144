import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The server under fire. */
export class Target {
  readonly log: string;
  url = '';
  token = '';
  private readonly folder: string;
  private child: ChildProcess | undefined;

  constructor(folder: string) {
    this.folder = folder;
    this.log = path.join(folder, 'server.log');
  }

  /** Starts it, with this secret at a provider for signing in; a log at the lowest level tells the most. */
  async start(clientSecret: string): Promise<void> {
    const sink = await open(this.log, 'a', 0o600);
    const program = path.join(import.meta.dirname, 'server.ts');
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', program, path.join(this.folder, 'data')],
      {
        env: {
          ...process.env,
          LOCKSTEP_LOG: 'debug',
          // Nothing listens there: what is told of that must not tell the secret.
          LOCKSTEP_OIDC_ISSUER: 'http://127.0.0.1:9',
          LOCKSTEP_OIDC_CLIENT_ID: 'lockstep',
          LOCKSTEP_OIDC_CLIENT_SECRET: clientSecret,
        },
        stdio: ['ignore', 'pipe', sink.fd],
      },
    );
    await sink.close();
    this.child = child;
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      ({ url: this.url, token: this.token } = JSON.parse(line) as { url: string; token: string });
      return;
    }
    throw new Error(`the server did not start:\n${await readFile(this.log, 'utf8')}`);
  }

  get isAlive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.isAlive) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
}
