import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = path.join(import.meta.dirname, '../main.ts');
const SECRET = 'k3y-that-nobody-may-see';
let folder = '';
let serving: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-backup-command-'));
  serving = [];
});
afterEach(async () => {
  for (const child of serving) await ended(child);
  await rm(folder, { recursive: true, force: true });
}, 60_000);

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], LOCKSTEP_LOG: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function lockstep(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = start([...args, '--json'], env);
  const [out, told] = [child.stdout, child.stderr].map(async (stream) => {
    let text = '';
    for await (const chunk of stream ?? []) text += String(chunk);
    return text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out: (await out) ?? '', told: (await told) ?? '' };
}

async function serve(data: string): Promise<{ child: ChildProcess; env: NodeJS.ProcessEnv }> {
  const child = start(['serve', '--port', '0', '--json', '--data', data]);
  serving.push(child);
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    const { url } = JSON.parse(line) as { url: string };
    return { child, env: { LOCKSTEP_URL: url, LOCKSTEP_DATA: data } };
  }
  throw new Error('the server did not start');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}

test('a backup comes back on another machine, and its secrets open with their key only', async () => {
  const [first, second] = [path.join(folder, 'first'), path.join(folder, 'second')];
  const yaml = path.join(folder, 'lockstep.yaml');
  await writeFile(
    yaml,
    `connections:\n  support:\n    tracker: redmine\n    config: { url: 'http://127.0.0.1:1', apiKey: '\${env:REDMINE_KEY}' }\n`,
  );
  const before = await serve(first);
  expect((await lockstep(['apply', yaml], { ...before.env, REDMINE_KEY: SECRET })).code).toBe(0);
  const exported = await lockstep(['export'], before.env);

  const file = path.join(folder, 'monday.backup');
  const taken = await lockstep(['backup', file], before.env);
  expect(taken).toMatchObject({ code: 0 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readFile(file)).includes(SECRET)).toBe(false);
  expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  const again = await lockstep(['backup', file], before.env);
  expect(again).toMatchObject({ code: 2 });
  expect(again.told).toContain('already');

  // On the folder that serves, and on one that is in use, nothing is restored.
  const running = await lockstep(['restore', file, '--data', first]);
  expect(running.code).toBe(1);
  await ended(before.child);
  const used = await lockstep(['restore', file, '--data', first]);
  expect(JSON.parse(used.out)).toMatchObject({ ok: false, code: 'database-in-use' });

  const restored = await lockstep(['restore', file, '--data', second]);
  expect(restored).toMatchObject({ code: 0 });
  const keyless = await lockstep(['serve', '--port', '0', '--data', second]);
  expect(JSON.parse(keyless.out)).toMatchObject({ ok: false, code: 'key-missing' });
  await cp(path.join(first, 'lockstep.key'), path.join(second, 'lockstep.key'));
  const after = await serve(second);
  expect(await lockstep(['export'], after.env)).toEqual(exported);
}, 120_000);

test('what is no backup is refused', async () => {
  const file = path.join(folder, 'letter.txt');
  await writeFile(file, 'Dear all');
  const refused = await lockstep(['restore', file, '--data', path.join(folder, 'data')]);
  expect(refused.code).toBe(1);
  expect(refused.told).toContain('cannot be unpacked');
  const missing = await lockstep([
    'restore',
    path.join(folder, 'nowhere'),
    '--data',
    path.join(folder, 'data'),
  ]);
  expect(missing.told).toContain('cannot be read (ENOENT)');
}, 60_000);
