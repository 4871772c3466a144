import type { ChildProcess } from 'node:child_process';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { useProcesses } from '../testing/processes.ts';

const SECRET = 'k3y-that-nobody-may-see';
const processes = useProcesses();

const lockstep = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  processes.lockstep([...args, '--json'], env);

async function serve(data: string): Promise<{ child: ChildProcess; env: NodeJS.ProcessEnv }> {
  const { child, url } = await processes.serve(['--data', data]);
  return { child, env: { LOCKSTEP_URL: url, LOCKSTEP_DATA: data } };
}

test('a backup comes back on another machine, and its secrets open with their key only', async () => {
  const { folder } = processes;
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
  await processes.end(before.child);
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
  const { folder } = processes;
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
  // Nothing was made for it.
  expect(await readdir(folder)).toEqual(['letter.txt']);
}, 60_000);
