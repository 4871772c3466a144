import { stat } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { Problem } from '@lockstep/api';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunningServer } from '../compose.ts';
import { useTestDatabase } from '../testing/database.ts';
import { between, configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';

type Json = Readonly<Record<string, unknown>>;
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Record<string, { content?: Record<string, { schema: Json }> }>;
  readonly summary?: string;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Json };
}

const database = useTestDatabase(served);
const serving = useServers(database);
let server: RunningServer;
let document: Document;
/** Operations asked for with success. */
let asked: Set<string>;

beforeEach(async () => {
  asked = new Set();
  ({ server } = await serving.start());
  document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document;
});
afterEach(() => asked.clear());

/** A schema of the document, grown strict: what it does not name may not be there. */
function schemaOf(schema: Json): z.ZodType {
  const strict = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(strict);
    if (node === null || typeof node !== 'object') return node;
    const closed = 'properties' in node && !('additionalProperties' in node);
    const entries = Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' ? String(value).replace('#/components/schemas/', '#/$defs/') : strict(value),
    ]);
    return { ...Object.fromEntries(entries), ...(closed ? { additionalProperties: false } : {}) };
  };
  const whole = { ...(strict(schema) as Json), $defs: strict(document.components.schemas) };
  return z.fromJSONSchema(whole as Parameters<typeof z.fromJSONSchema>[0]);
}

async function call(
  method: string,
  template: string,
  at: string,
  body?: unknown,
  proof: Record<string, string> = { authorization: `Bearer ${server.token}` },
): Promise<Json & { readonly cookie?: string }> {
  const answer = await fetch(server.url + at, {
    method,
    headers: { ...proof, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const told = (await answer.json()) as Json;
  expect({ at, status: answer.status, told }).toMatchObject({ status: 200 });
  const schema =
    document.paths[template]?.[method.toLowerCase()]?.responses['200']?.content?.['application/json']?.schema;
  if (schema === undefined) throw new Error(`the document does not know ${method} ${template}`);
  const fits = schemaOf(schema).safeParse(told);
  expect(fits.success ? '' : `${method} ${at}: ${z.prettifyError(fits.error)}`).toBe('');
  asked.add(`${method} ${template}`);
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  return cookie === undefined ? told : { ...told, cookie };
}

/** Signs in as ada, changes the password and signs out. */
async function session(oneTimePassword: string): Promise<void> {
  const at = '/api/session';
  const { cookie = '', csrf } = await call('POST', at, at, { login: 'ada', password: oneTimePassword }, {});
  const proof = { cookie, 'x-csrf-token': String(csrf) };
  const change = { currentPassword: oneTimePassword, newPassword: 'correct horse battery' };
  const changed = await call('PUT', `${at}/password`, `${at}/password`, change, proof);
  const next = { cookie: changed.cookie ?? '', 'x-csrf-token': String(changed['csrf']) };
  await call('DELETE', at, at, undefined, next);
}

async function query(text: string): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

/** A file, of the type that the document says. */
async function download(template: string, at: string): Promise<void> {
  const answer = await fetch(server.url + at, { headers: { authorization: `Bearer ${server.token}` } });
  const types = Object.keys(document.paths[template]?.['get']?.responses['200']?.content ?? {});
  expect({ at, status: answer.status, types }).toEqual({
    at,
    status: 200,
    types: [answer.headers.get('content-type')],
  });
  expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
  asked.add(`GET ${template}`);
}

async function problem(
  at: string,
  init: RequestInit = {},
): Promise<z.infer<typeof Problem> & { headers: Headers }> {
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
  const answer = await fetch(server.url + at, { headers, ...init });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const told = Problem.parse(await answer.json());
  expect(told.status).toBe(answer.status);
  expect(told.remedy).not.toBe('');
  return { ...told, headers: answer.headers };
}

test('the document is whole: every reference leads somewhere, every part of a path is described', () => {
  expect(document.openapi).toBe('3.1.0');
  const references = JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g);
  for (const [, kind, name] of references)
    expect(document.components).toHaveProperty([kind ?? '', name ?? '']);
  for (const [at, operations] of Object.entries(document.paths))
    for (const operation of Object.values(operations)) {
      const described = (operation.parameters ?? [])
        .filter((one) => one.in === 'path')
        .map((one) => one.name);
      expect(described).toEqual([...at.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      expect(operation.summary).toMatch(/\w/);
      expect(Object.keys(operation.responses)).toEqual(['200', 'default']);
    }
});

test('every route answers what the document says', async () => {
  const left = openTracker('left');
  openTracker('right');
  const { client } = await serving.start();
  const I = '/api/integrations/{name}';
  const one = '/api/integrations/one';
  const C = '/api/connections/{name}';
  await call('GET', '/api/trackers', '/api/trackers');
  for (const name of ['left', 'right', 'spare'])
    await call('PUT', C, `/api/connections/${name}`, {
      tracker: 'memory',
      config: { tracker: name === 'spare' ? 'left' : name },
    });
  await call('GET', '/api/connections', '/api/connections');
  await call('GET', C, '/api/connections/left');
  await call('POST', `${C}/check`, '/api/connections/left/check');
  await call('DELETE', C, '/api/connections/spare');
  const document_ = between('left', 'right');
  await call('PUT', I, `${one}?dryRun=true`, document_);
  await call('PUT', I, one, document_);
  await call('POST', '/api/configuration', '/api/configuration', { integrations: { one: document_ } });
  await call('POST', '/api/suggestion', '/api/suggestion', { left: document_.left, right: document_.right });
  const copy = { action: 'copy', left: 'Task', right: 'Task' };
  await call('POST', `${I}/types`, `${one}/types?dryRun=true`, copy);
  await call('POST', `${I}/enable`, `${one}/enable`, {});
  await latestEnded(client);
  left.create('sync', { title: 'Fresh' });
  await call('GET', '/api/integrations', '/api/integrations');
  await call('GET', I, one);
  await call('POST', `${I}/plan`, `${one}/plan`);
  const { request: id } = await call('POST', `${I}/run`, `${one}/run`, {});
  await expect
    .poll(async () => (await client.request(String(id))).run?.outcome, { timeout: 10_000 })
    .toBe('succeeded');
  await call('GET', '/api/requests/{request}', `/api/requests/${String(id)}`);
  await call('POST', `${I}/stop`, `${one}/stop`);
  await call('GET', '/api/runs/{id}', `/api/runs/${String(id)}`);
  await call('GET', '/api/runs/{id}/log', `/api/runs/${String(id)}/log`);
  for (const list of ['runs', 'items', 'parked', 'conflicts'])
    await call('GET', `${I}/${list}`, `${one}/${list}?limit=1`);
  await call('GET', '/api/items', '/api/items?item=LEFT-1');
  await call('GET', '/api/why', '/api/why?item=LEFT-1');
  const D = `${I}/drift-audits`;
  const { id: audited } = await call('POST', D, `${one}/drift-audits`);
  await expect
    .poll(async () => (await client.driftAudit('one', String(audited))).state, { timeout: 10_000 })
    .toBe('done');
  await call('GET', D, `${one}/drift-audits?limit=1`);
  const audit = `${one}/drift-audits/${String(audited)}`;
  await call('GET', `${D}/{id}`, audit);
  await call('GET', `${D}/{id}/findings`, `${audit}/findings`);
  await call('POST', `${D}/{id}/repair/plan`, `${audit}/repair/plan`, {});
  await call('POST', `${D}/{id}/repair`, `${audit}/repair`, {});
  await call('POST', `${D}/{id}/stop`, `${audit}/stop`);
  await call('GET', `${I}/items/{side}/{id}/history`, `${one}/items/left/1/history?limit=1`);
  await call('GET', '/api/status', '/api/status');
  await call('GET', '/api/doctor', '/api/doctor');
  await call('POST', '/api/tokens', '/api/tokens', { name: 'reader', scope: 'read', group: 'support' });
  await call('GET', '/api/tokens', '/api/tokens');
  await call('DELETE', '/api/tokens/{name}', '/api/tokens/reader');
  await call('POST', '/api/users', '/api/users', { login: 'Ada', grants: [{ role: 'viewer' }] });
  await call('GET', '/api/users', '/api/users');
  await call('PATCH', '/api/users/{login}', '/api/users/ADA', { email: 'ada@example.org' });
  const fresh = await call('POST', '/api/users/{login}/password', '/api/users/ada/password');
  await call('GET', '/api/session', '/api/session');
  await session(String(fresh['oneTimePassword']));
  await call('GET', '/api/audit', '/api/audit?kind=integration&limit=3');
  await call('PUT', '/api/script-library', '/api/script-library', { text: 'export const mark = 1;' });
  await call('GET', '/api/script-library', '/api/script-library');
  await call('POST', `${I}/script/try`, `${one}/script/try`, { item: '1' });
  await query(`insert into captured_request (id, connection_id, at, method, url, milliseconds, exchange) values ('c', 'left',
    now(), 'GET', 'http://x/', 1, '{"request":{"headers":{},"body":""},"answer":{"headers":{},"body":""}}')`);
  await call('PUT', `${C}/capture`, '/api/connections/left/capture', { minutes: 1 });
  await call('GET', `${C}/capture`, '/api/connections/left/capture');
  await call('GET', `${C}/captured-requests`, '/api/connections/left/captured-requests?limit=1');
  await call('GET', '/api/captured-requests/{id}', '/api/captured-requests/c');
  await call('DELETE', `${C}/capture`, '/api/connections/left/capture');
  const N = '/api/notifications/{name}';
  const channel = { type: 'webhook', url: 'https://192.0.2.1/', secretHeaders: { 'X-Key': 'k' } };
  await call('PUT', N, '/api/notifications/team', { events: ['run-failed'], integrations: ['one'], channel });
  await call('GET', '/api/notifications', '/api/notifications');
  await call('GET', N, '/api/notifications/team');
  await call('PUT', N, '/api/notifications/desk', {
    events: ['warning'],
    channel: {
      type: 'mail',
      host: '127.0.0.1',
      port: 1,
      from: 'a@example.org',
      recipients: ['b@example.org'],
    },
  });
  await call('POST', `${N}/test`, '/api/notifications/desk/test');
  await call('GET', '/api/notification-log', '/api/notification-log?limit=1&notification=desk&status=failed');
  await call('DELETE', N, '/api/notifications/team');
  const some = { action: 'resync', parked: 'any' };
  await call('POST', `${I}/recovery/plan`, `${one}/recovery/plan`, some);
  await call('POST', `${I}/recovery`, `${one}/recovery`, some);
  const M = '/api/migrations/{id}';
  await call('POST', `${I}/migrations/plan`, `${one}/migrations/plan`, { from: 'left' });
  const { id: moved } = await call('POST', `${I}/migrations`, `${one}/migrations`, { from: 'left' });
  const migration = `/api/migrations/${String(moved)}`;
  await call('POST', `${M}/pause`, `${migration}/pause`);
  await call('POST', `${M}/resume`, `${migration}/resume`);
  await expect
    .poll(async () => (await client.migration(String(moved))).state, { timeout: 10_000 })
    .toBe('done');
  await call('GET', `${I}/migrations`, `${one}/migrations?limit=1`);
  await call('GET', M, migration);
  await call('GET', `${M}/items`, `${migration}/items?limit=1&outcome=skipped`);
  const { id: halted } = await call('POST', `${I}/migrations`, `${one}/migrations`, { from: 'right' });
  await call('POST', `${M}/stop`, `/api/migrations/${String(halted)}/stop`);
  await download('/api/backup', '/api/backup');
  await download('/api/support', `/api/support?about=${String(id)}`);
  await call('POST', `${I}/disable`, `${one}/disable`, { why: 'the test' });
  await call('POST', `${I}/estimate`, `${one}/estimate`);
  await call('GET', `${I}/status-changes`, `${one}/status-changes?limit=1`);
  await call('DELETE', I, one);
  const known = Object.entries(document.paths).flatMap(([at, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${at}`),
  );
  expect([...asked].toSorted()).toEqual(known.toSorted());
}, 60_000);

describe('a refusal is a problem that says how to mend it:', () => {
  test('no token, a wrong one, a wrong scheme', async () => {
    for (const headers of [{}, { authorization: 'Bearer nope' }, { authorization: `Basic ${server.token}` }])
      expect(await problem('/api/status', { headers })).toMatchObject({ status: 401, code: 'no-token' });
    // Before anything is told of what there is, or of what is wrong with the request.
    expect((await problem('/api/nothing', { headers: {} })).status).toBe(401);
    expect((await stat(path.join(serving.dataFolder, 'api-token'))).mode & 0o777).toBe(0o600);
  });

  test('an unknown route, a wrong method', async () => {
    expect(await problem('/api/nothing')).toMatchObject({ status: 404, code: 'unknown-route' });
    expect(await problem('/elsewhere')).toMatchObject({ status: 404, code: 'unknown-route' });
    const wrong = await problem('/api/connections/a', { method: 'PATCH', body: '{}' });
    expect(wrong).toMatchObject({ status: 405, code: 'wrong-method' });
    expect(wrong.headers.get('allow')).toBe('GET, PUT, DELETE');
  });

  test('broken JSON, no JSON, another type, too much of it', async () => {
    const put = (body: string, type = 'application/json') =>
      problem('/api/connections/c', {
        method: 'PUT',
        body,
        headers: { authorization: `Bearer ${server.token}`, 'content-type': type },
      });
    expect(await put('{"tracker":')).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(await put('"text"')).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(await put('tracker=rt', 'application/x-www-form-urlencoded')).toMatchObject({ status: 400 });
    expect(await put('{"tracker":"rt"}', 'text/plain')).toMatchObject({ status: 400 });
    expect(await put('')).toMatchObject({ status: 400 });
    expect(await put('x'.repeat(2_000_000))).toMatchObject({ status: 413, code: 'too-large' });
  });

  test('unknown names, unknown settings, places in a list that are none', async () => {
    const send = (at: string, body: unknown) => problem(at, { method: 'PUT', body: JSON.stringify(body) });
    expect(await problem('/api/integrations/nope')).toMatchObject({ code: 'unknown-integration' });
    expect(await problem('/api/connections/nope')).toMatchObject({ code: 'unknown-connection' });
    expect(await problem('/api/runs/nope')).toMatchObject({ code: 'unknown-run' });
    expect(await problem('/api/runs/a%00b')).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(await problem('/api/requests/nope')).toMatchObject({ code: 'unknown-request' });
    expect(await send('/api/connections/c', { tracker: 'nope' })).toMatchObject({ code: 'unknown-tracker' });
    expect(await send('/api/connections/c', { tracker: 'rt', extra: 1 })).toMatchObject({ status: 400 });
    expect(await send('/api/connections/bad%20name', { tracker: 'rt' })).toMatchObject({ status: 400 });
    openTracker('left');
    openTracker('right');
    const { client } = await serving.start();
    await configureOne(client);
    for (const query of ['limit=0', 'limit=x', 'limit=501'])
      expect(await problem(`/api/integrations/one/items?${query}`)).toMatchObject({ status: 400 });
    expect(await problem('/api/integrations/one/items?before=x')).toMatchObject({ status: 400 });
  });

  test('a name of another host, as a page uses whose name was made to lead here', async () => {
    const { port } = new URL(server.url);
    const status = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request({ port, path: '/healthz', headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await status('evil.example')).toBe(421);
    expect(await status(`evil.example:${port}`)).toBe(421);
    for (const host of [`127.0.0.1:${port}`, 'localhost', `LOCALHOST:${port}`, `[::1]:${port}`])
      expect(await status(host)).toBe(200);
  });
});

test('lists are read page by page, whatever comes in between', async () => {
  const left = openTracker('left');
  openTracker('right');
  const { client } = await serving.start();
  for (let index = 0; index < 7; index++) left.create('sync', { title: `item ${index}` });
  await configureOne(client, { enabled: true });
  await latestEnded(client);
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const page = await client.items('one', { limit: 3, before });
    seen.push(...page.items.map((item) => item.id));
    before = page.next;
    if (seen.length === 3) {
      left.create('sync', { title: 'in between' });
      const { request: id } = await client.run('one');
      await expect
        .poll(async () => (await client.request(id)).run?.outcome, { timeout: 10_000 })
        .toBe('succeeded');
    }
  } while (before !== undefined);
  expect(new Set(seen).size).toBe(7);
  expect(seen).toHaveLength(7);
});
