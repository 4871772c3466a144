import { sql } from 'kysely';
import type { Client, TokenBody } from '@lockstep/api';
import { ApiError, createClient } from '@lockstep/api';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { between, openTracker, useServers } from '../testing/serving.ts';
import { connect, migrated } from '../testing/store.ts';

const database = useTestDatabase(migrated);
const serving = useServers(database);

interface Document {
  readonly paths: Record<string, Record<string, { readonly 'x-needs'?: string }>>;
}

const ROLES = ['viewer', 'operator', 'administrator'] as const;
const SCOPES = { viewer: 'read', operator: 'operate', administrator: 'administer' } as const;

/** Integrations `one` of group support, `two` of suppliers and `three` of none, and somebody's token for each wish. */
async function installation() {
  for (const name of ['left', 'right']) openTracker(name);
  const { client, server } = await serving.start();
  const connection = (tracker: string) => ({ tracker: 'memory', config: { tracker } });
  await client.configure({
    connections: { left: connection('left'), right: connection('right'), spare: connection('left') },
    integrations: { one: between('left', 'right', { group: 'support' }) },
  });
  const token = async (name: string, body: Omit<TokenBody, 'name'>): Promise<string> =>
    (await client.addToken({ name, ...body })).token;
  return { client, server, token, as: (given: string): Client => createClient(server.url, given) };
}

/** The proof of a user who signed in and has no role at all. */
async function withoutRole(url: string, client: Client): Promise<Record<string, string>> {
  const { oneTimePassword = '' } = await client.addUser({ login: 'new' });
  const ask = async (at: string, method: string, body: object, proof: Record<string, string>) => {
    const headers = { 'content-type': 'application/json', ...proof };
    const answer = await fetch(url + at, { method, headers, body: JSON.stringify(body) });
    const { csrf = '' } = (await answer.json()) as { csrf?: string };
    return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', 'x-csrf-token': csrf };
  };
  const first = await ask('/api/session', 'POST', { login: 'new', password: oneTimePassword }, {});
  const change = { currentPassword: oneTimePassword, newPassword: 'correct horse battery' };
  return ask('/api/session/password', 'PUT', change, first);
}

async function refused(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'answered',
    (error: unknown) => (error instanceof ApiError ? error.problem.code : String(error)),
  );
}

test('every route says what role it takes, and refuses without, and with too small a role', async () => {
  const { client, server, token } = await installation();
  const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document;
  const tokens = new Map<string, Record<string, string>>();
  const bearer = async (name: string, body: Omit<TokenBody, 'name'>) => ({
    authorization: `Bearer ${await token(name, body)}`,
  });
  for (const role of ROLES) {
    const scope = SCOPES[role];
    tokens.set(role, await bearer(role, { scope }));
    tokens.set(`${role} elsewhere`, await bearer(`${role}-elsewhere`, { scope, group: 'elsewhere' }));
  }
  const ask = async (method: string, at: string, proof: Record<string, string> = {}) => {
    const answer = await fetch(server.url + at, {
      method,
      headers: { 'content-type': 'application/json', ...proof },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    const told = (await answer.text()).slice(0, 5_000);
    return { status: answer.status, code: /"code":"([^"]+)"/.exec(told)?.[1] };
  };
  const signedIn = await withoutRole(server.url, client);
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([verb, operation]) => ({
      path,
      method: verb.toUpperCase(),
      needed: operation['x-needs'] ?? '',
    })),
  );
  const examine = async ({ path, method, needed }: (typeof routes)[number]): Promise<void> => {
    const which = `${method} ${path}`;
    expect(`${which}: ${needed}`, 'declare it: ...needs(role), see packages/api/src/access.ts').toMatch(
      /: (anybody|signed-in|(viewer|operator|administrator)( somewhere)?)$/,
    );
    if (needed === 'anybody') return;
    // Of an integration that is there, so that nothing but the role can be the reason.
    const at = path.replace('/integrations/{name}', '/integrations/one').replaceAll(/\{\w+\}/g, 'none-such');
    expect({ which, ...(await ask(method, at)) }).toEqual({ which, status: 401, code: 'no-token' });
    if (needed === 'signed-in') return;
    const [role = '', somewhere] = needed.split(' ');
    const refusal = { which, status: 403, code: 'forbidden' };
    expect({ which, ...(await ask(method, at, signedIn)) }).toEqual(refusal);
    for (const smaller of ROLES.slice(0, ROLES.indexOf(role as (typeof ROLES)[number])))
      expect({ which, ...(await ask(method, at, tokens.get(smaller))) }).toEqual(refusal);
    if (somewhere === undefined)
      expect({ which, ...(await ask(method, at, tokens.get(`${role} elsewhere`))) }).toEqual(refusal);
    // One that is not there: the role is enough, and nothing is done.
    const absent = path.replaceAll(/\{\w+\}/g, 'none-such');
    expect([401, 403, 500], which).not.toContain((await ask(method, absent, tokens.get(role))).status);
  };
  await Promise.all(routes.map(examine));
  expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
}, 60_000);

test('a role in one group shows and does nothing outside it', async () => {
  const { client, token, as } = await installation();
  await client.putIntegration('one', between('left', 'right', { group: 'support', enabled: true }));
  const { request } = await client.run('one');
  await expect
    .poll(async () => (await client.request(request)).run?.outcome, { timeout: 10_000 })
    .toBe('succeeded');
  const operator = as(await token('support-desk', { scope: 'operate', group: 'support' }));
  const foreign = as(await token('purchase', { scope: 'administer', group: 'suppliers' }));

  expect((await operator.integrations()).items).toMatchObject([{ name: 'one', group: 'support' }]);
  expect((await operator.status()).integrations).toHaveLength(1);
  expect((await operator.oneRun(request)).integration).toBe('one');
  expect((await operator.request(request)).run?.id).toBe(request);
  await operator.disable('one', { why: 'lunch' });
  expect((await client.statusChanges('one')).items[0]).toMatchObject({
    who: 'token support-desk',
    why: 'lunch',
  });
  expect((await client.audit({ who: 'token support-desk' })).items).toHaveLength(1);

  expect((await foreign.integrations()).items).toEqual([]);
  expect((await foreign.status()).integrations).toEqual([]);
  const document = between('left', 'right', { group: 'support', interval: '2h' });
  for (const ask of [
    () => foreign.integration('one'),
    () => foreign.integration('none-such'),
    () => foreign.oneRun(request),
    () => foreign.runLog(request),
    () => foreign.request(request),
    () => foreign.oneRun('none-such'),
    () => foreign.enable('one'),
    () => foreign.connections(),
    () => foreign.doctor(),
    () => foreign.putIntegration('one', document),
    () => foreign.putIntegration('one', { ...document, group: 'suppliers' }),
    // Its own group, but over a connection that no integration of the group uses.
    () => foreign.putIntegration('fresh', { ...document, group: 'suppliers' }),
    () => operator.putIntegration('one', document),
    () => operator.deleteIntegration('one'),
  ])
    expect(await refused(ask())).toBe('forbidden');

  const administrator = as(await token('support-lead', { scope: 'administer', group: 'support' }));
  await administrator.putIntegration('one', document);
  expect(await refused(administrator.putIntegration('one', { ...document, group: 'suppliers' }))).toBe(
    'forbidden',
  );
  const { group: _, ...without } = document;
  expect(await refused(administrator.putIntegration('one', without))).toBe('forbidden');
  const spare = { ...document, left: { connection: 'spare', scope: {} } };
  expect(await refused(administrator.putIntegration('one', spare))).toBe('forbidden');
  expect((await administrator.integration('one')).document).toMatchObject({
    group: 'support',
    interval: '2h',
  });
});

test('a token is kept as a hash, told once, and refused once it is revoked or has expired', async () => {
  const { client, token, as, server } = await installation();
  const secret = await token('nightly', {
    scope: 'read',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const reader = as(secret);
  expect((await reader.status()).integrations).toHaveLength(1);
  const { items } = await client.tokens();
  expect(items).toMatchObject([{ name: 'nightly', scope: 'read', createdBy: 'the holder of the API token' }]);
  expect(items[0]?.usedAt).toBeDefined();
  expect(JSON.stringify([items, await client.audit()])).not.toContain(secret);
  expect(await refused(client.addToken({ name: 'nightly', scope: 'read' }))).toBe('name-taken');
  expect(await refused(client.addToken({ name: 'late', scope: 'read', expiresAt: '2020-01-01' }))).toBe(
    'expired-already',
  );

  const { db, close } = await connect(database.url);
  try {
    const { rows } = await sql<{ row: string }>`select api_token::text as row from api_token`.execute(db);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain(secret);
    await sql`update api_token set expires_at = now() - interval '1 second'`.execute(db);
  } finally {
    await close();
  }
  expect(await refused(reader.status())).toBe('no-token');
  await client.revokeToken('nightly');
  expect(await refused(client.revokeToken('nightly'))).toBe('unknown-token');
  const again = as(await token('nightly', { scope: 'read' }));
  await again.status();
  await client.revokeToken('nightly');
  expect(await refused(again.status())).toBe('no-token');
  expect((await client.audit({ kind: 'token' })).items.map((one) => one.action)).toEqual(
    ['created', 'revoked', 'created', 'revoked'].toReversed(),
  );
  const metrics = (bearer: string) =>
    fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${bearer}` } });
  expect((await metrics(await token('elsewhere', { scope: 'read', group: 'support' }))).status).toBe(403);
  expect((await metrics(await token('prometheus', { scope: 'read' }))).status).toBe(200);
});
