import { mkdir, readFile } from 'node:fs/promises';
import { withLock } from './lock.ts';
import { FOLDER, logFile, STATE_FILE } from './places.ts';
import { answers } from './process.ts';
import { down, reset, TRACKERS, up } from './trackers.ts';

const USAGE = `npm run trackers -- up | down | status | reset [--json]
  up      install, seed and start a real Redmine and a real Request Tracker (Debian 12, as root)
  down    stop them; their data stays
  status  tell whether they run; the exit code is 1 when one does not
  reset   throw their data away, seed and start again`;

const [action, ...flags] = process.argv.slice(2).filter((it) => it !== '--');
const json = flags.includes('--json');
const say = (line: string): void => (json ? console.error(line) : console.log(line));

try {
  if (!['up', 'down', 'status', 'reset'].includes(action ?? '') || flags.some((it) => it !== '--json')) {
    throw new Error(USAGE);
  }
  if (action !== 'status') {
    await requireMachine();
    await mkdir(FOLDER, { recursive: true, mode: 0o755 });
  }
  if (action === 'up') await withLock(() => up(say));
  if (action === 'reset') await withLock(() => reset(say));
  if (action === 'down') await withLock(() => down(say));
  if (json || action === 'status') await report();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function report(): Promise<void> {
  const servers = await Promise.all(
    TRACKERS.map(async ({ name, title, url, pid }) => ({
      name,
      title,
      url,
      running: await answers(url),
      pid: (await pid()) ?? null,
      log: logFile(name),
    })),
  );
  if (json) console.log(JSON.stringify({ trackers: servers, state: STATE_FILE }, undefined, 2));
  else
    for (const it of servers)
      console.log(
        `${it.title} ${it.running ? `runs (process ${it.pid ?? 'unknown'})` : 'does not run'}: ${it.url}`,
      );
  if (action === 'status' && servers.some((it) => !it.running)) process.exitCode = 1;
}

async function requireMachine(): Promise<void> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID=debian$/m.test(release) || !/^VERSION_ID="12"$/m.test(release)) {
    throw new Error(
      'The real trackers are packages of Debian 12; this is another system. A container of debian:12 will do.',
    );
  }
  if (process.getuid?.() !== 0)
    throw new Error('Installing and running the real trackers needs root: run this as root.');
}
