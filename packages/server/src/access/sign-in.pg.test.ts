import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Client } from '@lockstep/api';
import type { RunningServer } from '../compose.ts';
import type { Database } from '../store/database.ts';
import { useTestDatabase } from '../testing/database.ts';
import { useServers } from '../testing/serving.ts';
import { connect, migrated } from '../testing/store.ts';

const test_ = useTestDatabase(migrated);
const serving = useServers(test_);
let server: RunningServer;
let client: Client;
let database: Database;
const logged: unknown[] = [];

beforeEach(async () => {
  logged.length = 0;
  const note = (...given: unknown[]): void => void logged.push(given);
  const log = { debug: note, info: note, warn: note, error: note };
  ({ server, client } = await serving.start({ log }));
  database = await connect(test_.url, 2);
});
afterEach(() => database.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** With its attributes. */
  readonly cookie: string;
  readonly headers: Headers;
}

async function ask(
  method: string,
  at: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(server.url + at, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const told = (await answer.json()) as Record<string, unknown>;
  return {
    status: answer.status,
    body: told,
    cookie: answer.headers.get('set-cookie') ?? '',
    headers: answer.headers,
  };
}

const signIn = (login: string, password: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask('POST', '/api/session', { login, password }, headers);

/** What a browser sends from Lockstep's own pages. */
const from = ({ cookie, body }: Answer): Record<string, string> => ({
  cookie: cookie.split(';')[0] ?? '',
  'x-csrf-token': String(body['csrf']),
});

const GOOD = 'correct horse battery';

/** A user with a password of their own, signed in. */
async function ada(role: 'viewer' | 'administrator' = 'viewer'): Promise<Answer> {
  const { oneTimePassword = '' } = await client.addUser({ login: 'Ada', grants: [{ role }] });
  const first = await signIn('ada', oneTimePassword);
  const change = { currentPassword: oneTimePassword, newPassword: GOOD };
  return ask('PUT', '/api/session/password', change, from(first));
}

test('the first start makes an administrator with a random password for the operator of the machine alone', async () => {
  const file = path.join(serving.dataFolder, 'administrator-password');
  const password = (await readFile(file, 'utf8')).trim();
  expect(password.length).toBeGreaterThan(20);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(logged)).toContain(file);
  expect(JSON.stringify(logged)).not.toContain(password);

  const first = await signIn('admin', password);
  expect(first).toMatchObject({ status: 200, body: { name: 'admin', kind: 'user', mustChange: true } });
  // Nothing but the change of the password, which ends this session.
  expect(await ask('GET', '/api/status', undefined, from(first))).toMatchObject({
    status: 403,
    body: { code: 'password-change-needed' },
  });
  const put = (newPassword: string, currentPassword = password) =>
    ask('PUT', '/api/session/password', { currentPassword, newPassword }, from(first));
  expect((await put('short')).body['code']).toBe('weak-password');
  expect((await put(password)).body['code']).toBe('weak-password');
  expect((await put(GOOD, 'wrong')).body['code']).toBe('wrong-password');
  const changed = await put(GOOD);
  expect(changed).toMatchObject({ status: 200, body: { mustChange: false } });
  await expect(stat(file)).rejects.toThrow(/ENOENT/);
  expect((await ask('GET', '/api/status', undefined, from(first))).body['code']).toBe('session-ended');
  expect((await ask('GET', '/api/users', undefined, from(changed))).status).toBe(200);

  // Another server on the same database, or the next start, makes none.
  await serving.start();
  expect((await client.users()).items.map((user) => user.login)).toEqual(['admin']);
  expect((await signIn('admin', password)).status).toBe(401);
  expect((await signIn('ADMIN', GOOD)).status).toBe(200);
});

test('a session is a cookie that scripts do not see; it ends by sign-out, time, and loss of the right to it', async () => {
  const one = await ada();
  expect(one.cookie).toMatch(/^lockstep=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const behindTls = await signIn('ada', GOOD, { 'x-forwarded-proto': 'https' });
  expect(behindTls.cookie).toMatch(/^__Host-lockstep=.*; HttpOnly; Secure; SameSite=Lax$/);
  const { rows } = await sql<{
    row: string;
  }>`select session::text || lockstep_user::text as row from session, lockstep_user`.execute(database.db);
  for (const { row } of rows) {
    expect(row).not.toContain(/=([\w-]+);/.exec(one.cookie)?.[1]);
    expect(row).not.toContain(GOOD);
  }
  const me = (answer: Answer) =>
    ask('GET', '/api/session', undefined, { cookie: from(answer)['cookie'] ?? '' });
  expect((await me(one)).body).toMatchObject({
    name: 'ada',
    grants: [{ role: 'viewer' }],
    csrf: one.body['csrf'],
  });

  const signedOut = await signIn('ada', GOOD);
  expect((await ask('DELETE', '/api/session', undefined, from(signedOut))).body).toEqual({ signedOut: true });
  expect((await me(signedOut)).body['code']).toBe('session-ended');
  expect((await me(one)).status).toBe(200);

  await sql`update session set used_at = now() - interval '119 minutes'`.execute(database.db);
  expect((await me(one)).status).toBe(200);
  const { rows: touched } = await sql<{ fresh: boolean }>`
    select used_at > now() - interval '1 minute' as fresh from session order by fresh desc`.execute(
    database.db,
  );
  expect(touched[0]?.fresh).toBe(true);
  await sql`update session set used_at = now() - interval '121 minutes'`.execute(database.db);
  expect((await me(one)).body['code']).toBe('session-ended');
  const long = await signIn('ada', GOOD);
  await sql`update session set created_at = now() - interval '25 hours'`.execute(database.db);
  expect((await me(long)).body['code']).toBe('session-ended');

  const before = await signIn('ada', GOOD);
  const { oneTimePassword = '' } = await client.resetPassword('ada');
  expect((await me(before)).body['code']).toBe('session-ended');
  expect((await signIn('ada', GOOD)).status).toBe(401);
  const again = await signIn('ada', oneTimePassword);
  expect((await client.changeUser('ada', { active: false })).active).toBe(false);
  expect((await me(again)).body['code']).toBe('session-ended');
  await client.changeUser('ada', { active: true });
  expect((await me(again)).body['code']).toBe('session-ended');
});

test('what another site makes a browser send is refused', async () => {
  const session = await ada('administrator');
  const token = { name: 'mine', scope: 'read' };
  const { cookie = '', 'x-csrf-token': csrf = '' } = from(session);
  const post = (headers: Record<string, string>) => ask('POST', '/api/tokens', token, { cookie, ...headers });
  expect((await post({})).body['code']).toBe('no-csrf-token');
  expect((await post({ 'x-csrf-token': 'x' })).body['code']).toBe('no-csrf-token');
  const other = await signIn('ada', GOOD);
  expect((await post({ 'x-csrf-token': String(other.body['csrf']) })).body['code']).toBe('no-csrf-token');
  expect((await post({ 'x-csrf-token': csrf, origin: 'https://evil.example' })).body['code']).toBe(
    'cross-site',
  );
  expect((await post({ 'x-csrf-token': csrf, origin: 'null' })).body['code']).toBe('cross-site');
  for (const site of ['cross-site', 'same-site', 'none'])
    expect((await post({ 'x-csrf-token': csrf, 'sec-fetch-site': site })).body['code']).toBe('cross-site');
  expect(
    (await post({ 'x-csrf-token': csrf, origin: server.url, 'sec-fetch-site': 'same-origin' })).status,
  ).toBe(200);
  expect((await signIn('ada', GOOD, { origin: 'https://evil.example' })).body['code']).toBe('cross-site');
  // Reading needs no proof of it, and a token of a program never does.
  expect((await ask('GET', '/api/tokens', undefined, { cookie })).status).toBe(200);
});

test('who tries passwords is slowed down, and does not learn which users there are', async () => {
  await ada();
  await client.addUser({ login: 'gone', grants: [] });
  await client.changeUser('gone', { active: false });
  const refusal = (await signIn('ada', 'wrong')).body;
  for (const login of ['nobody', 'gone', 'a b', 'x'.repeat(150)])
    expect((await signIn(login, 'wrong')).body).toEqual(refusal);
  for (let attempt = 0; attempt < 9; attempt++) await signIn('ada', 'wrong');
  for (let attempt = 0; attempt < 9; attempt++) await signIn('nobody', 'wrong');
  for (const login of ['ada', 'nobody'])
    expect(await signIn(login, GOOD)).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } });
  // Another server counts the same; time or a new password opens it again.
  await sql`update sign_in_limit set since = now() - interval '16 minutes'`.execute(database.db);
  expect((await signIn('ada', GOOD)).status).toBe(200);
  const addresses = Array.from({ length: 51 }, (_, index) => `login-${index}`);
  const answers = await Promise.all(
    addresses.map((login) => signIn(login, 'x'.repeat(1_100), { 'x-forwarded-for': '203.0.113.7' })),
  );
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  expect((await signIn('ada', GOOD, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(429);
  expect((await signIn('ada', GOOD)).status).toBe(200);
});

test('users are changed with a record, and the last administrator stays', async () => {
  const refused = (asked: Promise<unknown>) =>
    asked.catch((error: unknown) => (error as { problem: { code: string } }).problem.code);
  const { oneTimePassword = '' } = await client.addUser({
    login: 'Ada',
    email: 'Ada@Example.org',
    grants: [],
  });
  expect(await refused(client.addUser({ login: 'ADA' }))).toBe('name-taken');
  expect(await refused(client.addUser({ login: 'eve', email: 'ada@example.ORG' }))).toBe('name-taken');
  expect(await refused(client.addUser({ login: 'a b' }))).toBe('invalid-login');
  expect(
    await refused(client.changeUser('admin', { grants: [{ role: 'administrator', group: 'support' }] })),
  ).toBe('last-administrator');
  expect(await refused(client.changeUser('admin', { active: false }))).toBe('last-administrator');
  await client.changeUser('ada', { grants: [{ role: 'administrator' }] });
  const both = await Promise.all(
    ['ada', 'admin'].map((login) => refused(client.changeUser(login, { active: false }))),
  );
  expect(both.filter((one) => one === 'last-administrator')).toHaveLength(1);
  expect(await refused(client.changeUser('nobody', { active: false }))).toBe('unknown-user');
  const entries = (await client.audit({ kind: 'user', name: 'ada' })).items;
  expect(entries.find((one) => one.action === 'changed')?.changes).toEqual([
    { path: ['grants', 0, 'role'], after: 'administrator' },
  ]);
  expect(JSON.stringify([entries, logged, await client.users()])).not.toContain(oneTimePassword);
});
