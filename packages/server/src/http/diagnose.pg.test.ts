import { chmod, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Client, Finding } from '@lockstep/api';
import { memoryTrackers } from '@lockstep/connectors';
import { ConnectorError } from '@lockstep/sdk';
import { Client as PgClient } from 'pg';
import { beforeEach, expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';
import { diagnose } from './diagnose.ts';

const database = useTestDatabase(served);
const serving = useServers(database);
let client: Client;

beforeEach(async () => {
  openTracker('left');
  openTracker('right');
  ({ client } = await serving.start());
  await configureOne(client);
});

async function found(subject: string, level: Finding['level']): Promise<Finding[]> {
  const { findings } = await client.doctor();
  return findings.filter((one) => one.subject === subject && one.level === level);
}

test('all is well at first', async () => {
  const { ok, findings } = await client.doctor();
  expect(ok).toBe(true);
  expect(findings.map(({ subject, level }) => `${subject} ${level}`)).toEqual([
    'database ok',
    'schema ok',
    'clock ok',
    'key ok',
    'token ok',
    expect.stringMatching(/^disk /),
    'backup warning',
    'webhooks ok',
    'connection left ok',
    'connection right ok',
    'integration one ok',
  ]);
});

test('a schema that was changed by hand is told of, by what is missing, changed and too much', async () => {
  const hand = new PgClient({ connectionString: database.url });
  await hand.connect();
  await hand.query(
    'drop index conflict_run; alter table run add column mine text; alter table parked alter column reason drop not null',
  );
  await hand.end();
  const [finding] = await found('schema', 'warning');
  expect(finding?.message).toContain('index conflict_run is missing');
  expect(finding?.message).toContain('column run.mine is not of Lockstep');
  expect(finding?.message).toContain('column parked.reason is text in place of text not null');
  // Looking at it leaves nothing behind.
  expect(await found('schema', 'warning')).toEqual([finding]);
});

test('a backup that was taken is known, and told of when it is old', async () => {
  for await (const _ of await client.backup());
  await expect.poll(() => found('backup', 'ok')).toHaveLength(1);
  const hand = new PgClient({ connectionString: database.url });
  await hand.connect();
  await hand.query(`update setting set at = now() - interval '9 days' where name = 'backup'`);
  await hand.end();
  expect((await found('backup', 'warning'))[0]?.message).toContain('9 days ago');
});

test('a key that others may read, or that is gone, is an error', async () => {
  const key = path.join(serving.dataFolder, 'lockstep.key');
  await chmod(key, 0o644);
  expect(await found('key', 'error')).toMatchObject([
    { message: expect.stringContaining('0644'), remedy: `chmod 600 ${key}` },
  ]);
  await rm(key);
  expect(await found('key', 'error')).toMatchObject([{ message: expect.stringContaining('gone') }]);
  expect((await client.doctor()).ok).toBe(false);
});

test('a tracker that cannot be reached is an error that names the connection', async () => {
  memoryTrackers.delete('right');
  const [finding] = await found('connection right', 'error');
  expect(finding?.message).toContain('connection “right”');
  expect(finding?.remedy).toMatch(/\w/);
});

test('failed runs are errors, parked items warnings, each with the next step', async () => {
  const before = (kind: string): void => {
    if (kind === 'write') throw new ConnectorError('rejected', 'the title is too long');
  };
  openTracker('left').create('sync', { title: 'x' });
  const right = openTracker('right', { before });
  await configureOne(client, { enabled: true });
  await latestEnded(client);
  expect(await found('integration one', 'warning')).toMatchObject([
    { message: 'degraded: 1 parked item waits', remedy: expect.stringContaining('--parked') },
  ]);
  right.users.clear();
  const failing = async (): Promise<string | undefined> => {
    await client.run('one');
    return (await found('integration one', 'error'))[0]?.message;
  };
  await expect.poll(failing, { timeout: 15_000 }).toMatch(/^failing: .*does not exist/);
});

test('a clock that differs is told, and messages that do not arrive', async () => {
  const check = {
    ok: true,
    name: 'a',
    product: 'T 1',
    account: 'me',
    clockSkew: -90_000,
    warnings: ['no delete'],
  };
  const quiet = { name: 'team', enabled: true, waiting: 0 };
  const failure = { at: '2026-01-02T03:04:05.000Z', reason: 'it answered 500', remedy: 'Look into its log.' };
  const { ok, findings } = await diagnose(
    {
      profile: 'on-premise',
      installation: async () => [],
      connections: { list: async () => [{ name: 'a' }], check: async () => check },
      notifications: { list: async () => [quiet, { ...quiet, name: 'mute', waiting: 2, failure }] },
    },
    [],
  );
  expect(ok).toBe(true);
  expect(findings).toMatchObject([
    { level: 'ok', message: 'T 1 as me' },
    { level: 'warning', message: 'its clock differs from ours by -90 s', remedy: 'Set both clocks by NTP.' },
    { level: 'warning', message: 'no delete' },
    { subject: 'notification team', level: 'ok' },
    {
      subject: 'notification mute',
      level: 'warning',
      message: expect.stringMatching(/: it answered 500; 2 messages wait$/) as string,
      remedy: failure.remedy,
    },
  ]);
});
