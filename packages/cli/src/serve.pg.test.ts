import { mkdir, readFile, rename, rmdir, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { useTestDatabase } from '../../server/src/testing/database.ts';
import { migrated } from '../../server/src/testing/store.ts';
import { useProcesses } from './testing/processes.ts';

const SECRET = 'k3y-that-nobody-may-see';
const processes = useProcesses();
const { lockstep, serve, end } = processes;
/** Of the servers that do not start for another reason. */
const database = useTestDatabase(migrated);
let occupied: Server | undefined;

afterEach(async () => {
  await new Promise((resolve) => (occupied === undefined ? resolve(0) : occupied.close(resolve)));
  occupied = undefined;
});

const configuration = `connections:
  support:
    tracker: redmine
    config: { url: 'http://127.0.0.1:1', apiKey: '\${env:REDMINE_KEY}' }
`;

test('a newcomer’s way: serve, apply, look, export, and the same again after a restart', async () => {
  const file = path.join(processes.folder, 'lockstep.yaml');
  await writeFile(file, configuration);
  const first = await serve();
  const env = { LOCKSTEP_URL: first.url, REDMINE_KEY: SECRET, SUPPORT_API_KEY: SECRET };
  expect(await lockstep(['status'], env)).toMatchObject({ code: 0, out: expect.stringContaining('apply') });
  const applied = await lockstep(['apply', 'lockstep.yaml', '--json'], env);
  expect(applied).toMatchObject({ code: 0, told: '' });
  expect(JSON.parse(applied.out)).toMatchObject({ ok: true, connections: [{ outcome: 'created' }] });
  const exported = await lockstep(['export'], env);
  expect(exported.out).not.toContain(SECRET);
  await writeFile(file, exported.out);
  const again = await lockstep(['apply', 'lockstep.yaml', '--json'], env);
  expect(JSON.parse(again.out)).toMatchObject({ ok: true, connections: [{ outcome: 'unchanged' }] });
  expect((await lockstep(['export'], env)).out).toBe(exported.out);
  const stranger = await lockstep(['status', '--json'], { ...env, LOCKSTEP_TOKEN: 'lks_of-another-server' });
  expect(stranger.code).toBe(2);
  expect(JSON.parse(stranger.out)).toMatchObject({
    code: 'no-token',
    remedy: expect.stringContaining('LOCKSTEP_DATA'),
  });
  const health = await lockstep(['doctor', '--json'], env);
  expect(health.code).toBe(0);
  expect(
    (JSON.parse(health.out) as { findings: { subject: string }[] }).findings.map((one) => one.subject),
  ).toEqual([
    'database',
    'schema',
    'clock',
    'key',
    'token',
    'disk',
    'backup',
    'webhooks',
    'connection support',
  ]);

  // One folder, one server; a second names the first and harms nothing.
  const second = await lockstep(['serve', '--port', '0', '--json']);
  expect(second.code).toBe(1);
  expect(JSON.parse(second.out)).toMatchObject({ ok: false, code: 'folder-in-use' });
  expect(second.told).toContain(`process ${first.child.pid}`);

  expect(await end(first.child)).toBe(0);
  const key = path.join(processes.folder, 'data/lockstep.key');
  expect((await stat(key)).mode & 0o777).toBe(0o600);
  await rename(key, `${key}.away`);
  const keyless = await lockstep(['serve', '--port', '0', '--json']);
  expect(keyless.code).toBe(1);
  expect(JSON.parse(keyless.out)).toMatchObject({
    code: 'key-missing',
    remedy: expect.stringContaining('backup'),
  });
  await expect(stat(key)).rejects.toThrow('ENOENT');
  await rename(`${key}.away`, key);
  const next = await serve();
  expect((await lockstep(['export'], { LOCKSTEP_URL: next.url })).out).toBe(exported.out);
  expect(await readFile(path.join(processes.folder, 'data/postgres.log'), 'utf8')).not.toContain(SECRET);
}, 90_000);

test('SIGTERM while it starts ends it too, and the next start is well', async () => {
  const child = processes.start(['serve', '--port', '0']);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const lock = path.join(processes.folder, 'data/lockstep.lock');
  await expect
    .poll(
      () =>
        stat(lock).then(
          () => true,
          () => false,
        ),
      { timeout: 10_000 },
    )
    .toBe(true);
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
  await expect(stat(lock)).rejects.toThrow('ENOENT');
  await serve();
}, 60_000);

test('a port in use is named, with the way out', async () => {
  occupied = createServer();
  await new Promise<void>((resolve) => occupied?.listen(0, '127.0.0.1', resolve));
  const { port } = occupied.address() as AddressInfo;
  const refused = await lockstep(['serve', '--port', String(port), '--json'], { DATABASE_URL: database.url });
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.out)).toMatchObject({
    code: 'cannot-listen',
    message: expect.stringContaining(String(port)),
  });
  expect(refused.told).toContain('--port');
}, 60_000);

test.each([
  ['nonsense', /not the address of a PostgreSQL/],
  ['mysql://me:sesame@127.0.0.1/x', /not the address of a PostgreSQL/],
  ['postgresql://me:sesame@127.0.0.1:1/x', /127\.0\.0\.1:1\/x cannot be used: .*ECONNREFUSED/],
  ['postgresql://me:sesame@no-such-host.invalid/x', /no-such-host\.invalid.* cannot be used/],
])('DATABASE_URL %s is refused, without its password', async (url, message) => {
  const { code, out, told } = await lockstep(['serve', '--port', '0', '--json'], { DATABASE_URL: url });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ ok: false, code: 'database-unreachable' });
  expect(told).toMatch(message);
  expect(told).toContain('DATABASE_URL');
  expect(out + told).not.toContain('sesame');
});

test('a database that asks for a password which is not given ends the start, and the process with it', async () => {
  const url = new URL(database.url);
  url.password = '';
  const began = performance.now();
  const refused = await lockstep(['serve', '--port', '0', '--json'], { DATABASE_URL: url.href });
  expect(refused.code).toBe(1);
  expect(refused.told).toContain('asks for a password');
  // PostgreSQL gives up a connection that says nothing after a minute.
  expect(performance.now() - began).toBeLessThan(40_000);
}, 90_000);

test('a file of the key or of the token that is none is named, and nothing is put in its place', async () => {
  const data = path.join(processes.folder, 'data');
  for (const [name, code] of [
    ['lockstep.key', 'key-invalid'],
    ['api-token', 'folder-unusable'],
  ] as const) {
    await mkdir(path.join(data, name), { recursive: true });
    const refused = await lockstep(['serve', '--port', '0', '--json'], { DATABASE_URL: database.url });
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({ code, message: expect.stringContaining(name) });
    expect(refused.told).toMatch(/→ .+/);
    await rmdir(path.join(data, name));
  }
  for (const content of ['', 'garbage\n', '\u0000'.repeat(32)]) {
    await writeFile(path.join(data, 'lockstep.key'), content);
    const refused = await lockstep(['serve', '--port', '0', '--json'], { DATABASE_URL: database.url });
    expect(JSON.parse(refused.out)).toMatchObject({ ok: false, code: 'key-invalid' });
    expect(await readFile(path.join(data, 'lockstep.key'), 'utf8')).toBe(content);
  }
}, 60_000);

test.each([
  [{ LOCKSTEP_KEY: 'short' }, [], 'key-invalid'],
  [{}, ['--data', '/proc/no-folder'], 'folder-unusable'],
  [{}, ['--data', import.meta.filename], 'folder-unusable'],
  [{}, ['--host', '192.0.2.1'], 'cannot-listen'],
] as const)(
  'a start that cannot be says why (%#)',
  async (env, args, code) => {
    const refused = await lockstep(['serve', '--port', '0', '--json', ...args], {
      DATABASE_URL: database.url,
      ...env,
    });
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({ ok: false, code });
    expect(refused.told).toMatch(/→ .+/);
  },
  60_000,
);

test('with --json every end is one object on the last line, whatever the end', async () => {
  for (const [args, code] of [
    [['status'], 2],
    [['run'], 2],
    [['runs', 'x', '--limit', '0'], 2],
    [['apply', 'nowhere.yaml'], 2],
    [['bogus'], 2],
  ] as const) {
    const result = await lockstep([...args, '--json']);
    expect(result.code).toBe(code);
    const lines = result.out.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ok: false });
  }
});
