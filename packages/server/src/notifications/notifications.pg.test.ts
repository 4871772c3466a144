import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { NotificationEvent, type Client } from '@lockstep/api';
import type { MemoryTracker } from '@lockstep/connectors';
import { ConnectorError } from '@lockstep/sdk';
import { Client as PgClient } from 'pg';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { between, configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';
import { receiver, type Receiver } from '../testing/receiver.ts';
import { connect } from '../testing/store.ts';
import { pruneMessages } from './outbox.ts';

const database = useTestDatabase(served);
const serving = useServers(database);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let close = closing.pop(); close !== undefined; close = closing.pop()) await close();
});

async function opened(): Promise<Receiver> {
  const one = await receiver();
  closing.push(() => one.close());
  return one;
}

async function query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new PgClient({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

const inside = { allowedAddresses: ['127.0.0.0/8'] };
const told = ({ got }: Receiver) =>
  got.map(({ body }) => `${String(body['state'])} ${String(body['event'])} ${String(body['subject'])}`);
const everything = NotificationEvent.options;

async function run(client: Client): Promise<string> {
  const { request } = await client.run('one');
  let outcome: string | undefined;
  await expect
    .poll(
      async () => {
        outcome = (await client.request(request)).run?.outcome;
        return outcome !== undefined && outcome !== 'running';
      },
      { timeout: 30_000, interval: 50 },
    )
    .toBe(true);
  return outcome ?? '';
}

let mails: string[];
/** The address of a relay. */
async function mailServer(): Promise<string> {
  mails = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString());
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return `smtp+plain://127.0.0.1:${(server.server.address() as AddressInfo).port}?from=lockstep@example.org`;
}

let left: MemoryTracker;
let right: MemoryTracker;
let failing: { left?: ConnectorError; right?: ConnectorError };
beforeEach(() => {
  failing = {};
  const before = (side: 'left' | 'right') => (): void => {
    if (failing[side] !== undefined) throw failing[side];
  };
  left = openTracker('left', { before: before('left') });
  right = openTracker('right', { before: before('right') });
});

test('one outage is one message, then its end; what waits with an item is told apart', async () => {
  const hook = await opened();
  const { client } = await serving.start(inside);
  await configureOne(client, { enabled: true });
  await latestEnded(client);
  const channel = { type: 'webhook', url: hook.url, signingKey: 's3cret' } as const;
  const events = everything.filter((event) => event !== 'configuration-changed');
  await client.putNotification('team', { events, channel });
  await client.putNotification('elsewhere', { events: ['run-failed'], integrations: ['one'], channel });

  failing.right = new ConnectorError('auth', 'the key is not known', { remedy: 'Enter it again.' });
  for (let runs = 0; runs < 3; runs++) expect(await run(client)).toBe('failed');
  // Who hears of the connection is not told of each run beside it.
  await expect
    .poll(() => told(hook).toSorted(), { timeout: 30_000 })
    .toEqual(['raised connection-broken right', 'raised run-failed one']);
  expect(hook.got[0]?.headers['lockstep-signature']).toMatch(/^sha256=[0-9a-f]{64}$/);
  delete failing.right;
  expect(await run(client)).toBe('succeeded');
  await expect
    .poll(() => told(hook).slice(2).toSorted(), { timeout: 30_000 })
    .toEqual(['recovered connection-broken right', 'recovered run-failed one']);
  const recovered = hook.got.find(
    ({ body }) => body['state'] === 'recovered' && body['event'] === 'run-failed',
  );
  expect(recovered?.body['count']).toBe('3');
  await client.deleteNotification('elsewhere');

  hook.got.length = 0;
  // The mapping says nothing of “doing”; a title too long for the right side is refused by it.
  const fields = [
    'Title <-> Title',
    { left: 'Status', right: 'Status', options: [['open', 'open'] as [string, string]] },
  ];
  const types = [{ left: 'Task', right: 'Task', fields }];
  await client.putIntegration('one', between('left', 'right', { types, enabled: true, group: 'desk' }));
  const waitingOf = async (name: string) =>
    (await client.notificationLog({ notification: name })).items.map(({ event }) => event);
  await client.putNotification('narrow', {
    events: ['missing-option', 'warning'],
    groups: ['desk'],
    channel: { type: 'webhook', url: 'https://192.0.2.1/' },
  });
  left.create('sync', { title: 'Odd', status: 'doing' });
  await run(client);
  await run(client);
  await expect
    .poll(() => told(hook).toSorted(), { timeout: 30_000 })
    .toEqual(['raised missing-option one', 'raised sync-failed one']);
  // Who hears of no parked items hears of a missing option once, too; of the group as by name.
  expect(await waitingOf('narrow')).toEqual(['missing-option']);
  const missing = hook.got.find(({ body }) => body['event'] === 'missing-option')?.body;
  expect(missing?.['details']).toMatch(/^LEFT-1: the option “In progress” of Status has no counterpart/);
  await client.putIntegration('one', between('left', 'right', { enabled: true }));
  await query('update parked set next_try = now()');
  await run(client);
  await expect
    .poll(() => told(hook).slice(2).toSorted(), { timeout: 30_000 })
    .toEqual(['recovered missing-option one', 'recovered sync-failed one']);
  expect(await query('select 1 from trouble')).toEqual([]);
  expect((await client.notificationLog({ notification: 'team' })).items).toHaveLength(6);
  await client.deleteNotification('narrow');

  // A run that would overwrite too much is stopped and told; with a person's word it runs, and is well.
  hook.got.length = 0;
  for (const title of ['a', 'b', 'c']) left.create('sync', { title });
  expect(await run(client)).toBe('succeeded');
  await client.putIntegration(
    'one',
    between('left', 'right', { enabled: true, brakes: { share: 0.1, atLeast: 1 } }),
  );
  for (const id of left.items.keys()) left.edit('alice', id, { title: `${id}, all at once` });
  expect(await run(client)).toBe('braked');
  await expect.poll(() => told(hook), { timeout: 30_000 }).toEqual(['raised brake-pulled one']);
  expect(hook.got[0]?.body['summary']).toMatch(/^a brake was pulled: /);
  const { request } = await client.run('one', { force: true });
  await expect
    .poll(async () => (await client.request(request)).run?.outcome, { timeout: 30_000 })
    .toBe('succeeded');
  await expect.poll(() => told(hook).slice(1), { timeout: 30_000 }).toEqual(['recovered brake-pulled one']);

  // The delivery log is kept for thirty days; what waits is kept.
  await query(
    `update notification_message set ended_at = ended_at - interval '31 days' where event = 'connection-broken'`,
  );
  await query(
    `update notification_message set status = 'waiting', ended_at = null, due_at = now() + interval '1 hour' where event = 'brake-pulled'`,
  );
  const { db, close } = await connect(database.url);
  closing.push(close);
  const before = (await query('select 1 from notification_message')).length;
  const gone = await pruneMessages(db);
  expect(gone).toBeGreaterThan(0);
  expect(await query('select 1 from notification_message')).toHaveLength(before - gone);
  expect(await query(`select 1 from notification_message where event = 'connection-broken'`)).toEqual([]);
}, 120_000);

test('a conflict and changes of the configuration are told, each in its way', async () => {
  const hook = await opened();
  const { client } = await serving.start(inside);
  const fields = [{ left: 'Title', right: 'Title', policy: 'ask' as const }];
  const types = [{ left: 'Task', right: 'Task', fields }];
  await configureOne(client, { types });
  await client.putNotification('team', {
    events: everything,
    channel: { type: 'webhook', url: hook.url },
  });
  // What is changed soon after is gathered, and told as one.
  await client.enable('one', { why: 'go' });
  await expect
    .poll(() => told(hook), { timeout: 30_000 })
    .toEqual(['raised configuration-changed team', 'raised configuration-changed one']);
  expect(hook.got[1]?.body['details']).toBe(
    'the holder of the API token enabled the integration “one”: enabled (go)',
  );
  for (const interval of ['2h', '3h'])
    await client.putIntegration('one', between('left', 'right', { types, interval, enabled: true }));
  expect(
    await query(`select message->>'count' as count from notification_message where status = 'waiting'`),
  ).toEqual([{ count: 2 + '' }]);
  await query(`update notification_message set due_at = now()`);
  await expect
    .poll(() => told(hook).slice(2), { timeout: 30_000 })
    .toEqual(['raised configuration-changed one']);
  expect(hook.got[2]?.body).toMatchObject({
    count: '2',
    details: expect.stringMatching(/interval\n.*interval/) as string,
  });

  hook.got.length = 0;
  left.create('sync', { title: 'Both' });
  await run(client);
  left.edit('alice', '1', { title: 'Mine' });
  right.edit('bob', '1', { title: 'Yours' });
  await run(client);
  await expect.poll(() => told(hook), { timeout: 30_000 }).toEqual(['raised conflict-waiting one']);
  // What is asked for changes no configuration.
  await client.recover('one', { action: 'resync', items: ['LEFT-1'] });
  await query(`update conflict set resolved_at = now(), resolved_by = 'somebody'`);
  await run(client);
  await expect
    .poll(() => told(hook).slice(1), { timeout: 30_000 })
    .toEqual(['recovered conflict-waiting one']);
}, 120_000);

test('deliveries: retried, given up, limited, logged; secrets stay', async () => {
  const hook = await opened();
  const { server, client } = await serving.start({ ...inside, relay: await mailServer() });
  const answers: unknown[] = [];
  const put = async (name: string, body: Parameters<Client['putNotification']>[1]) => {
    const answer = await client.putNotification(name, body);
    answers.push(answer);
    return answer;
  };
  const events = ['configuration-changed' as const];
  const secretHeaders = { Authorization: 'Bearer s3cret-header' };
  const channel = { type: 'webhook' as const, url: hook.url };
  hook.status = 500;
  await put('hook', { events, channel: { ...channel, secretHeaders, signingKey: 's3cret-key' } });
  const waiting = async () => (await client.notification('hook')).failure;
  await expect.poll(waiting, { timeout: 30_000 }).toMatchObject({ reason: 'it answered 500' });
  hook.status = 204;
  await query('update notification set next_try = now()');
  await expect.poll(() => hook.got.length, { timeout: 30_000 }).toBe(2);
  const [first, second] = hook.got;
  expect(first?.headers['authorization']).toBe('Bearer s3cret-header');
  expect(first?.headers['lockstep-id']).toBe(second?.headers['lockstep-id']);
  expect(first?.body).toEqual(second?.body);
  await expect.poll(waiting, { timeout: 30_000 }).toBeUndefined();

  // Left out, secrets stay where they were given for, and go nowhere else.
  expect(await put('hook', { events, channel, perHour: 2 })).toMatchObject({
    secrets: ['secretHeaders.Authorization', 'signingKey'],
  });
  await expect(
    put('hook', { events, channel: { ...channel, url: `${hook.url}/else` } }),
  ).rejects.toMatchObject({
    problem: { code: 'secret-needed', status: 422 },
  });
  await expect(put('hook', { events, channel, integrations: ['nope'] })).rejects.toMatchObject({
    problem: { code: 'invalid-notification', faults: [{ path: ['integrations', 0] }] },
  });
  await expect(put('bad', { events, channel: { ...channel, template: '{' } })).rejects.toMatchObject({
    problem: { faults: [{ path: ['channel', 'template'] }] },
  });
  await expect(put('bad', { events, channel: { type: 'slack' } })).rejects.toMatchObject({
    problem: { faults: [{ path: ['channel', 'url'] }] },
  });

  // A refusal for good is given up with its reason; the next message goes on, up to the limit.
  await query(`delete from notification_message where status = 'waiting'`);
  const change = async (name: string): Promise<void> => {
    await client.putConnection(name, { tracker: 'memory', config: { tracker: 'left' } });
  };
  hook.status = 410;
  await change('a');
  const log = async (status: string) =>
    (await client.notificationLog({ notification: 'hook', status })).items.map(
      (one) => one.reason ?? one.said,
    );
  await expect.poll(() => log('failed'), { timeout: 30_000 }).toEqual(['it answered 410']);
  hook.status = 204;
  await change('b');
  await expect.poll(() => log('sent'), { timeout: 30_000 }).toEqual(['it answered 204', 'it answered 204']);
  await change('c');
  await expect
    .poll(() => query(`select 1 from notification where next_try > now() + interval '30 minutes'`), {
      timeout: 30_000,
    })
    .toHaveLength(1);
  expect(await log('waiting')).toHaveLength(1);
  await put('hook', { events, channel, enabled: false });
  expect(await log('waiting')).toEqual([]);

  // To try a channel says what its receiver said.
  expect(await client.testNotification('hook')).toEqual({ ok: true, message: 'it answered 204' });
  hook.status = 403;
  expect(await client.testNotification('hook')).toMatchObject({ ok: false, message: 'it answered 403' });
  await put('relay', {
    events: ['run-failed'],
    channel: { type: 'relay', recipients: ['admin@example.org'] },
  });
  expect(await client.testNotification('relay')).toMatchObject({
    ok: true,
    message: /^it answered 250/ as never,
  });
  expect(mails[0]).toContain('To: admin@example.org');
  await put('slack', { events, channel: { type: 'slack', url: `${hook.url}/s3cret-path` } });
  hook.status = 200;
  expect((await client.testNotification('slack')).ok).toBe(true);
  expect(hook.got.at(-1)?.url).toBe('/hook/s3cret-path');

  answers.push(
    await client.notifications(),
    await client.notificationLog(),
    await client.audit(),
    await client.doctor(),
  );
  const metrics = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.token}` },
  });
  answers.push(await metrics.text());
  expect(JSON.stringify(answers)).not.toMatch(/s3cret/);
  expect(JSON.stringify(await query('select * from notification'))).not.toMatch(/s3cret/);
  expect(String(answers.at(-1))).toContain(
    'lockstep_notifications_total{notification="hook",outcome="sent"} 2',
  );
}, 120_000);

test('two servers send a message once; what a killed one had in hand, the next sends with the same id', async () => {
  const hook = await opened();
  const { client } = await serving.start({ ...inside, concurrency: 0 });
  const events = ['configuration-changed' as const];
  await client.putNotification('team', { events, channel: { type: 'webhook', url: hook.url } });
  const letGo = Promise.withResolvers<void>();
  hook.hold = letGo.promise;
  const script = path.join(import.meta.dirname, '../testing/notify-server.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, serving.dataFolder, database.url],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  closing.push(async () => child.kill('SIGKILL'));
  await expect.poll(() => hook.got.length, { timeout: 60_000 }).toBe(1);
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
  letGo.resolve();
  // Until its claim ends it might still be alive.
  await query(`update notification set claimed_until = now() where claimed_until is not null`);
  await serving.start(inside);
  await serving.start(inside);
  await expect.poll(() => hook.got.length, { timeout: 30_000 }).toBe(2);
  expect(hook.got[0]?.body).toEqual(hook.got[1]?.body);
  // While one server has a message in hand, the other keeps off, and what comes after it waits in order.
  const slow = Promise.withResolvers<void>();
  hook.hold = slow.promise;
  const off = { events, channel: { type: 'webhook', url: hook.url }, enabled: false } as const;
  await client.putNotification('a', off);
  await expect.poll(() => hook.got.length, { timeout: 30_000 }).toBe(3);
  const other = await opened();
  await client.putNotification('other', { events, channel: { type: 'webhook', url: other.url } });
  const changes = ['b', 'c', 'd'];
  for (const [index, name] of changes.entries()) {
    await client.putNotification(name, off);
    // A round of some server, at least.
    await expect.poll(() => other.got.length, { timeout: 30_000 }).toBe(index + 2);
  }
  expect(hook.got).toHaveLength(3);
  slow.resolve();
  await expect
    .poll(() => told(hook).slice(2), { timeout: 30_000 })
    .toEqual(['a', 'other', ...changes].map((name) => `raised configuration-changed ${name}`));
  // The receiver has the last one before its line in the log says so.
  const attempts = async () =>
    (await client.notificationLog({ notification: 'team', status: 'sent' })).items.map((one) => one.attempts);
  await expect.poll(attempts, { timeout: 30_000 }).toEqual([1, 1, 1, 1, 1, 2]);
}, 120_000);
