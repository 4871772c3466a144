import { execFile } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { logFile } from './places.ts';

export interface Command {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Milliseconds, default five minutes. */
  readonly timeout?: number;
}

/** Runs a command, keeps what it said in the install log, and gives back its output. */
export async function run(program: string, args: readonly string[], options: Command = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(
    program,
    args,
    {
      cwd: options.cwd ?? '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', TZ: 'UTC', ...options.env },
      timeout: options.timeout ?? 300_000,
      maxBuffer: 64 * 1024 * 1024,
    },
    (error, stdout, stderr) => {
      const told = `$ ${program} ${args.join(' ')}\n${stderr}\n`;
      void appendFile(logFile('install'), told, { mode: 0o600 }).then(() => {
        if (error === null) resolve(stdout);
        else
          reject(
            new Error(`${program} ${args[0] ?? ''} failed: ${lastLines(stderr === '' ? stdout : stderr)}`),
          );
      }, reject);
    },
  );
  // A program that ends without reading its input is judged by its exit code alone.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  return promise;
}

/** The same as the web server's own account. */
export async function runAsWeb(
  program: string,
  args: readonly string[],
  options: Command = {},
): Promise<string> {
  return run('setpriv', [...AS_WEB, program, ...args], options);
}

export const AS_WEB = ['--reuid=www-data', '--regid=www-data', '--init-groups', '--'] as const;

export async function install(packages: readonly string[], answers: readonly string[]): Promise<void> {
  await refreshLists(packages);
  await run('debconf-set-selections', [], { input: `${answers.join('\n')}\n` });
  const env = { DEBIAN_FRONTEND: 'noninteractive', ...(await bundlerVersion()) };
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env, timeout: 900_000 });
}

/** A fresh machine has no package lists, and old ones name files that the mirrors no longer have. */
async function refreshLists(packages: readonly string[]): Promise<void> {
  const failure = await run('apt-get', ['update']).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  const policy = await run('apt-cache', ['policy', ...packages]);
  const known = new Set([...policy.matchAll(/^(\S+):\n.*\n {2}Candidate: \d/gm)].map(([, name]) => name));
  const unknown = packages.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new Error(
    `apt knows no package ${unknown.join(', ')}. They are in the main archive of Debian 12: see to /etc/apt and the network.`,
    { cause: failure },
  );
}

export async function isInstalled(name: string): Promise<boolean> {
  const status = await run('dpkg-query', ['-W', '-f=${db:Status-Abbrev}', name]).catch(() => '');
  return status.startsWith('ii');
}

/**
 * Redmine's lock file is made by whatever bundler its installation finds first, and Debian ships two: without this
 * variable the installation ends with `Bundler::GemNotFound`.
 */
export async function bundlerVersion(): Promise<{ BUNDLER_VERSION: string }> {
  const policy = await run('apt-cache', ['policy', 'ruby-bundler']);
  const version = /Candidate: ([^\s-]+)/.exec(policy)?.[1];
  if (version === undefined) throw new Error('apt knows no package ruby-bundler: is this Debian 12?');
  return { BUNDLER_VERSION: version };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n');
}
