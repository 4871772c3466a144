import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from './program.ts';

let folder: string;
let told: string;
let out: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-cli-'));
  told = '';
  out = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((told += String(text)), true));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.stubEnv('LOCKSTEP_DATA', folder);
  vi.stubEnv('LOCKSTEP_TOKEN', undefined);
  vi.stubEnv('LOCKSTEP_URL', 'http://127.0.0.1:9');
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test('wrong usage ends with 2', async () => {
  expect(await main(['bogus'])).toBe(2);
  expect(await main(['serve', '--port', 'x'])).toBe(2);
});

test('no token ends with 2 and says where one comes from', async () => {
  expect(await main(['status'])).toBe(2);
  expect(told).toContain('LOCKSTEP_TOKEN');
});

test('no server ends with 3, in JSON too', async () => {
  await writeFile(path.join(folder, 'api-token'), 'some-token-of-this-test\n');
  expect(await main(['status', '--json'])).toBe(3);
  expect(JSON.parse(out)).toMatchObject({ ok: false, code: 'unreachable' });
  expect(told + out).not.toContain('some-token-of-this-test');
});

test('a faulty file ends with 2 before any server is asked', async () => {
  const file = path.join(folder, 'lockstep.yaml');
  await writeFile(file, 'connections:\n  a: { tracker: rt, config: { token: "${env:LOCKSTEP_NO_SUCH}" } }\n');
  expect(await main(['apply', file])).toBe(2);
  expect(told).toContain(`${file}:2:`);
  expect(told).toContain('LOCKSTEP_NO_SUCH');
});
