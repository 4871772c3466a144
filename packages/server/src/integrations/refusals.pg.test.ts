import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, type Client, type ConfigurationInput, type Problem } from '@lockstep/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { between, configureOne, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);
const serving = useServers(database);
const KEY = 'k3y-that-nobody-may-see';
let client: Client;
let listening: Server[];

beforeEach(async () => {
  listening = [];
  openTracker('left');
  openTracker('right');
  openTracker('other');
  ({ client } = await serving.start());
  await configureOne(client);
});
afterEach(async () => {
  for (const server of listening) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  listening.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const html =
  (status: number): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html><h1>Welcome</h1></html>');

async function refused(configuration: ConfigurationInput): Promise<Problem> {
  const before = JSON.stringify([await client.connections(), await client.integrations()]);
  for (const dryRun of [true, false]) {
    const error: unknown = await client.configure(configuration, { dryRun }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ApiError)) throw new Error(`this was not refused: ${String(error)}`);
    // What was stored stays, and nothing of what was refused is stored, not even what was right in it.
    expect(JSON.stringify([await client.connections(), await client.integrations()])).toBe(before);
    expect(JSON.stringify(error.problem)).not.toContain(KEY);
    expect(error.problem.remedy).toMatch(/\w.+\.$/);
    if (!dryRun) return error.problem;
  }
  throw new Error('never');
}

/** A Redmine at this address, together with a new memory connection. */
const redmineAt = (url: string): ConfigurationInput => ({
  connections: {
    rm: { tracker: 'redmine', config: { url, apiKey: KEY } },
    fresh: { tracker: 'memory', config: { tracker: 'other' } },
  },
  integrations: { two: between('rm', 'fresh', { left: { connection: 'rm', scope: { project: 'a' } } }) },
});

const AT_CONNECTION = ['connections', 'rm', 'config'];
const AT_SIDE = ['integrations', 'two', 'left'];

describe('a connection is refused, by its name, when', () => {
  const cases: readonly [string, RequestListener, string, number, readonly string[], RegExp][] = [
    ['the key is wrong', json(401, {}), 'tracker-auth', 422, AT_CONNECTION, /API key/],
    [
      'the key is wrong and visitors may read',
      (request, response) =>
        request.url?.startsWith('/users/current') === true
          ? json(401, {})(request, response)
          : json(200, { issues: [], total_count: 0, offset: 0, limit: 1 })(request, response),
      'tracker-auth',
      422,
      AT_CONNECTION,
      /API key/,
    ],
    ['a right is missing', json(403, {}), 'tracker-config', 422, AT_CONNECTION, /REST API/],
    ['the address is wrong', json(404, {}), 'tracker-gone', 422, AT_CONNECTION, /no Redmine at this address/],
    [
      'the project is not shown to the account',
      (request, response) =>
        request.url?.startsWith('/users/current') === true
          ? json(200, { user: { id: 1, login: 'sync', firstname: 'Sync', lastname: 'Account' } })(
              request,
              response,
            )
          : json(404, {})(request, response),
      'tracker-config',
      422,
      AT_SIDE,
      /shows this account no project “a”/,
    ],
    [
      'a sign-in page is where it leads',
      (_, response) => void response.writeHead(302, { location: '/login?back=x' }).end(),
      'tracker-config',
      422,
      AT_CONNECTION,
      /redirects to http:.*\/login$/,
    ],
    [
      'the port speaks https only',
      (_, response) =>
        void response
          .writeHead(400, { 'content-type': 'text/html' })
          .end('<html><center>The plain HTTP request was sent to HTTPS port</center>'),
      'tracker-config',
      422,
      AT_CONNECTION,
      /speaks https only/,
    ],
    ['a web page answers', html(200), 'tracker-auth', 422, AT_CONNECTION, /web page|sign-in|HTML/i],
    ['an error page answers', html(502), 'tracker-unavailable', 503, AT_CONNECTION, /502/],
    [
      'something else answers',
      json(200, { hello: 1 }),
      'tracker-protocol',
      502,
      AT_CONNECTION,
      /does not fit/,
    ],
    [
      'the connection breaks',
      (request) => void request.socket.destroy(),
      'tracker-unavailable',
      503,
      AT_CONNECTION,
      /broke the connection/,
    ],
    [
      'it is throttled',
      (_, response) => void response.writeHead(429, { 'retry-after': '60' }).end(),
      'tracker-rate-limited',
      503,
      AT_CONNECTION,
      /429/,
    ],
  ];
  test.each(cases)('%s', async (_, listener, code, status, place, message) => {
    const problem = await refused(redmineAt(await answering(listener)));
    expect(problem).toMatchObject({ code, status });
    expect(problem.detail).toContain('connection “rm”');
    expect(problem.detail).toMatch(message);
    expect(problem.faults?.map((fault) => fault.path)).toEqual([place]);
  });

  test('nothing listens, there is no such host, TLS meets no TLS', async () => {
    const plain = await answering(json(200, {}));
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    expect((await refused(redmineAt(`http://127.0.0.1:${port}`))).detail).toContain('nothing listens');
    const strange = await refused(redmineAt('http://127.0.0.1:1'));
    expect(strange.detail).toContain('this port belongs to another protocol');
    expect((await refused(redmineAt('http://no-such-host.invalid'))).detail).toMatch(
      /no host of this name|EAI_AGAIN/,
    );
    const tls = await refused(redmineAt(plain.replace('http:', 'https:')));
    expect(tls.detail).toContain('no TLS connection');
    expect(tls.remedy).toContain('https');
    expect(tls.faults?.map((fault) => fault.path)).toEqual([AT_CONNECTION]);
  });

  test('trackers are asked side by side: a slow one keeps no other waiting', async () => {
    const waiting: ServerResponse[] = [];
    const url = await answering((_, response) => {
      waiting.push(response);
      // Asked one after the other, the first would wait in vain for the second.
      if (waiting.length === 2) for (const one of waiting.splice(0)) one.writeHead(401).end('{}');
    });
    const redmineBelow = (path: string) => ({
      tracker: 'redmine',
      config: { url: `${url}/${path}`, apiKey: KEY },
    });
    const problem = await refused({
      connections: { first: redmineBelow('first'), second: redmineBelow('second') },
      integrations: {
        two: between('first', 'right', { left: { connection: 'first', scope: { project: 'a' } } }),
        three: between('second', 'right', { left: { connection: 'second', scope: { project: 'a' } } }),
      },
    });
    expect(problem.code).toBe('tracker-auth');
    expect(problem.faults?.map(({ path }) => path[1])).toEqual(['first', 'second']);
  });

  test('both sides of an integration fail, and both are told', async () => {
    const url = await answering(json(401, {}));
    const problem = await refused({
      connections: {
        rm: { tracker: 'redmine', config: { url, apiKey: KEY } },
        rt: { tracker: 'rt', config: { url, token: '1-2-abc' } },
      },
      integrations: {
        two: between('rm', 'rt', {
          left: { connection: 'rm', scope: { project: 'a' } },
          right: { connection: 'rt', scope: { queue: 'b' } },
        }),
      },
    });
    expect(problem.detail).toContain('(and 1 more)');
    expect(problem.faults?.map((fault) => fault.path[1])).toEqual(['rm', 'rt']);
  });

  test.each([
    ['its tracker is unknown', { tracker: 'jura', config: {} }, ['tracker'], /memory, redmine, rt/],
    [
      'a setting is missing',
      { tracker: 'rt', config: { url: 'http://127.0.0.1' } },
      ['config', 'token'],
      /missing/,
    ],
    [
      'a setting is misspelt',
      { tracker: 'redmine', config: { url: 'http://127.0.0.1:1', apiKey: KEY, textFormt: 'textile' } },
      ['config', 'textFormt'],
      /no setting “textFormt”/,
    ],
    [
      'the address holds a password',
      { tracker: 'rt', config: { url: 'https://me:sesame@127.0.0.1:1', token: KEY } },
      ['config', 'url'],
      /name or a password/,
    ],
    ['the address is none', { tracker: 'rt', config: { url: 'rt', token: KEY } }, ['config', 'url'], /URL/i],
  ] as const)('%s', async (_, connection, place, message) => {
    const problem = await refused({ connections: { c: connection } });
    expect(problem.faults?.[0]?.path).toEqual(['connections', 'c', ...place]);
    expect(JSON.stringify(problem.faults)).toMatch(message);
  });
});

describe('an integration is refused when', () => {
  const field = (row: object) => ({
    types: [
      { left: 'Task', right: 'Task', fields: ['Title <-> Title', row as { left: string; right: string }] },
    ],
  });
  test.each([
    [
      'its type is unknown',
      { types: [{ left: 'Bug', right: 'Task', fields: ['Title <-> Title'] }] },
      'types.0.left',
    ],
    ['a field is unknown', field({ left: 'Sprint', right: 'Status' }), 'types.0.fields.1.left'],
    [
      'an option is unknown',
      field({ left: 'Priority', right: 'Priority', options: [['Nope', 'Low']] }),
      'types.0.fields.1.options.0',
    ],
    [
      'a status is unknown',
      field({ left: 'Status', right: 'Status', options: [['Open', 'Opened']] }),
      'types.0.fields.1.options.0',
    ],
    [
      'a default is unknown',
      field({ left: 'Status', right: 'Status', defaults: { left: 'Nope' } }),
      'types.0.fields.1.defaults.left',
    ],
    [
      'a filter asks for an unknown field',
      { filters: { left: { all: { and: [{ field: 'Sprint', is: 'empty' as const }] } } } },
      'filters.left.all.and.0.field',
    ],
    [
      'a filter asks for an unknown option',
      { filters: { right: { new: { not: { field: 'Status', is: 'equals' as const, value: 'Nope' } } } } },
      'filters.right.new.not.value',
    ],
    ['its connection is unknown', { left: { connection: 'nobody' } }, 'left.connection'],
    [
      'its scope has a setting too many',
      { left: { connection: 'left', scope: { project: 'x' } } },
      'left.scope.project',
    ],
  ])('%s', async (_, more, place) => {
    const problem = await refused({ integrations: { one: between('left', 'right', more) } });
    expect(problem.status).toBe(422);
    expect(problem.faults?.map((fault) => fault.path.join('.'))).toContain(`integrations.one.${place}`);
  });

  test('its interval is below the floor of the profile', async () => {
    ({ client } = await serving.start({ profile: 'cloud' }));
    const problem = await refused({ integrations: { one: between('left', 'right', { interval: '179s' }) } });
    expect(problem.detail).toMatch(/179 s is below the floor of 180 s.*cloud/);
    await client.configure({ integrations: { one: between('left', 'right', { interval: '3m' }) } });
  });

  test('another one keeps the same two scopes in step, in whichever order, stored or in the same file', async () => {
    const stored = await refused({ integrations: { two: between('right', 'left') } });
    expect(stored).toMatchObject({ code: 'scopes-claimed' });
    expect(stored.detail).toContain('“one”');
    const fresh = { tracker: 'memory', config: { tracker: 'other' } };
    const both = await refused({
      connections: { fresh },
      integrations: { two: between('fresh', 'left'), three: between('left', 'fresh') },
    });
    expect(both).toMatchObject({ code: 'scopes-claimed' });
    expect((await refused({ integrations: { self: between('left', 'left') } })).code).toBe('scopes-equal');
  });

  test('the same two scopes are reached through connections of other names (P1)', async () => {
    const again = { tracker: 'memory', config: { tracker: 'left' } };
    const renamed = await refused({
      connections: { again },
      integrations: { two: between('right', 'again') },
    });
    expect(renamed).toMatchObject({ code: 'scopes-claimed' });
    expect(renamed.detail).toMatch(/“one” already keeps .*“left” and “right” lead to the same trackers/);
    const self = await refused({ connections: { again }, integrations: { self: between('left', 'again') } });
    expect(self).toMatchObject({ code: 'scopes-equal' });
    expect(self.detail).toContain('“left” and “again” lead to one tracker');

    // Nor may a connection be led there afterwards, alone or in a file.
    await client.configure({
      connections: { third: { tracker: 'memory', config: { tracker: 'other' } } },
      integrations: { two: between('third', 'right') },
    });
    const moved = await refused({ connections: { third: again } });
    expect(moved).toMatchObject({ code: 'scopes-claimed' });
    expect(moved.detail).toContain('“two” uses it: integration “one” already keeps');
    expect(moved.faults?.[0]?.path).toEqual(['connections', 'third', 'config']);
    const alone: unknown = await client.putConnection('third', again).catch((error: unknown) => error);
    expect(alone).toMatchObject({ problem: { code: 'scopes-claimed', status: 409 } });
    const { items } = await client.connections();
    expect(items.find((one) => one.name === 'third')?.config).toEqual({ tracker: 'other' });
  });
});

test('filters take titles of fields and options, as people see them', async () => {
  const left = openTracker('left');
  const right = openTracker('right');
  const low = { field: 'Priority', is: 'equals' as const, value: 'Low' };
  await configureOne(client, { enabled: true, filters: { left: { all: { not: low } } } });
  left.create('sync', { title: 'stays', priority: 'low' });
  left.create('sync', { title: 'goes', priority: 'high' });
  await client.run('one');
  await expect.poll(() => right.items.size, { timeout: 10_000 }).toBe(1);
  expect([...right.items.values()][0]?.fields['title']).toBe('goes');
});

test('a configuration that is applied again changes nothing, and what it leaves out stays', async () => {
  const connections = { left: { tracker: 'memory', config: { tracker: 'left' } } };
  const [{ document } = { document: {} }] = (await client.integrations()).items;
  const integrations = JSON.parse(JSON.stringify({ one: document })) as ConfigurationInput['integrations'];
  const again = await client.configure({ connections, integrations });
  expect([...again.connections, ...again.integrations].map((one) => one.outcome)).toEqual([
    'unchanged',
    'unchanged',
  ]);
  const moved = await client.configure({
    integrations: { one: between('left', 'right', { interval: '2h' }) },
  });
  expect(moved.integrations).toEqual([{ name: 'one', outcome: 'changed', enabled: false }]);
  expect((await client.connections()).items).toHaveLength(2);
});
