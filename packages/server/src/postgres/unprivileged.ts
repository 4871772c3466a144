import { chown, readdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { run } from './command.ts';
import { StartupError } from './startup-error.ts';

const nobody = 65534;
const unshare = ['-U', `--map-user=${nobody}`, `--map-group=${nobody}`, '--'] as const;

/** How to start PostgreSQL's programs, which refuse to run as root. */
export interface Runner {
  readonly how: 'as-is' | 'user-namespace' | 'setuid';
  command(file: string, args: readonly string[]): readonly [string, readonly string[]];
  /** Passed to spawn. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
  /** Hands a file or folder over to the user the server runs as. */
  give(target: string): Promise<void>;
}

/**
 * As root, or as a user without a name: a user namespace in which we appear as nobody, so that files stay ours (works below /root too).
 * Where namespaces are forbidden, as in most containers, setuid to nobody, or to whoever owns the folder already.
 */
export async function chooseRunner(clusterFolder: string): Promise<Runner> {
  const asIs = async (): Promise<void> => {};
  const plain: Runner['command'] = (file, args) => [file, args];
  const self = process.getuid?.();
  if (self !== 0 && hasName()) return { how: 'as-is', command: plain, identity: {}, give: asIs };

  const owner = await stat(clusterFolder).then(
    (found) => found.uid,
    () => undefined,
  );
  if ((owner === undefined || owner === self) && (await run('unshare', [...unshare, 'true'])).code === 0) {
    return {
      how: 'user-namespace',
      command: (file, args) => ['unshare', [...unshare, file, ...args]],
      identity: {},
      give: asIs,
    };
  }
  if (self !== 0) return { how: 'as-is', command: plain, identity: {}, give: asIs };
  const uid = owner === undefined || owner === 0 ? nobody : owner;
  if (owner === 0) await giveAll(clusterFolder, uid);
  return {
    how: 'setuid',
    command: plain,
    identity: { uid, gid: uid },
    give: (target) => chown(target, uid, uid),
  };
}

/** initdb refuses a user without a name, as containers with an arbitrary user id have. */
function hasName(): boolean {
  try {
    return process.platform === 'win32' || userInfo().username !== '';
  } catch {
    return false;
  }
}

/** The unprivileged user must reach the folder and the binaries; say which step on the way is closed. */
export async function assertReachable(runner: Runner, target: string): Promise<void> {
  const { uid, gid } = runner.identity;
  if (uid === undefined || gid === undefined) return;
  if ((await run('ls', ['-d', target], { uid, gid })).code === 0) return;
  throw new StartupError(
    'not-permitted',
    `PostgreSQL refuses to run as root, and user ${uid}, as whom it would run instead, cannot reach ${target}.`,
    'Run Lockstep as an ordinary user, or put the data folder where every folder above it may be entered (mode o+x).',
  );
}

async function giveAll(target: string, uid: number): Promise<void> {
  await chown(target, uid, uid);
  for (const entry of await readdir(target, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) await chown(path.join(entry.parentPath, entry.name), uid, uid);
  }
}
