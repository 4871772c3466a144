import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ConnectorError } from '../errors.ts';
import { createHttp } from './client.ts';
import type { HttpObservation } from './exchange.ts';
import type { HttpOptions, HttpRequest } from './http.ts';
import { selfSigned } from './testing/self-signed.ts';
import { json, serve } from './testing/server.ts';

const signal = AbortSignal.timeout(60_000);
const NOW = Date.parse('2026-01-02T03:04:05.000Z');
const SECRET = 'k3y-that-nobody-may-see';
const anything = z.unknown();

function client(baseUrl: string, more: Partial<HttpOptions> = {}, seen: HttpObservation[] = []) {
  const options = { baseUrl, headers: { 'x-api-key': SECRET }, ...more };
  return createHttp(options, { now: () => NOW, onAnswer: (one) => void seen.push(one) });
}

async function failure(action: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await action.then(
    () => expect.fail('this should have failed'),
    (reason: unknown) => reason,
  );
  if (error instanceof ConnectorError) return error;
  throw error;
}

async function bytes(chunks: AsyncIterable<Uint8Array>): Promise<readonly number[]> {
  const all: number[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return all;
}

it('sends JSON below the base path, with the headers and the query, and checks the answer', async () => {
  let body = '';
  await using server = await serve((request, response) => {
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => json(response, { id: 7, more: true }, 201));
  });
  const answer = await client(`${server.url}/sub/path`).json(
    { method: 'POST', path: '/items', query: { a: 'x y', b: 2, c: undefined }, json: { t: 'ü' }, signal },
    z.object({ id: z.number() }),
  );
  expect(answer).toMatchObject({ status: 201, data: { id: 7 } });
  expect(body).toBe('{"t":"ü"}');
  expect(server.requests[0]).toMatchObject({ method: 'POST', url: '/sub/path/items?a=x+y&b=2' });
  expect(server.requests[0]?.headers).toMatchObject({
    'x-api-key': SECRET,
    'content-type': 'application/json',
    accept: 'application/json',
  });
});

it.each(['https://elsewhere.example/x', '../outside', '/../outside', '%2e%2e/outside', 'javascript:1'])(
  'refuses to carry credentials to %s',
  async (path) => {
    await using server = await serve((_, response) => json(response, {}));
    const error = await failure(client(`${server.url}/base`).json({ path, signal }, anything));
    expect(error.kind).toBe('protocol');
    expect(error.message).toContain('refused');
    expect(server.requests).toEqual([]);
  },
);

it.each(['ftp://x.example', 'tracker', 'https://me:pass@x.example/'])('refuses the base URL %s', (url) => {
  expect(() => client(url)).toThrow(expect.objectContaining({ kind: 'config' }) as Error);
  expect(() => client(url)).not.toThrow(/pass@/);
});

const statuses: readonly [number, ConnectorError['kind'], ConnectorError['kind']][] = [
  [400, 'rejected', 'rejected'],
  [401, 'auth', 'auth'],
  [403, 'forbidden', 'forbidden'],
  [404, 'gone', 'gone'],
  [408, 'unavailable', 'ambiguous'],
  [409, 'conflict', 'conflict'],
  [410, 'gone', 'gone'],
  [412, 'conflict', 'conflict'],
  [413, 'rejected', 'rejected'],
  [415, 'rejected', 'rejected'],
  [418, 'protocol', 'protocol'],
  [422, 'rejected', 'rejected'],
  [429, 'rate-limited', 'rate-limited'],
  [500, 'unavailable', 'ambiguous'],
  [502, 'unavailable', 'ambiguous'],
  [503, 'unavailable', 'ambiguous'],
];
it.each(statuses)('tells %i to a read as %s, to a write as %s', async (status, read, write) => {
  await using server = await serve((_, response) => json(response, { error: 'words' }, status));
  const http = client(server.url);
  const toRead = await failure(http.json({ path: 'a', signal }, anything));
  expect([toRead.kind, toRead.details.status]).toEqual([read, status]);
  expect(toRead.message).toContain(`the server answered ${status}: {"error":"words"}`);
  expect((await failure(http.send({ method: 'POST', path: 'a', json: {}, signal }))).kind).toBe(write);
});

it('hands over a status that the caller accepts', async () => {
  await using server = await serve((_, response) => json(response, { gone: true }, 404));
  const request = { path: 'a', accept: [404], signal };
  expect(await client(server.url).json(request, anything)).toMatchObject({
    status: 404,
    data: { gone: true },
  });
});

it.each([
  ['30', '2026-01-02T03:04:35.000Z'],
  ['Fri, 02 Jan 2026 04:00:00 GMT', '2026-01-02T04:00:00.000Z'],
  ['99999999999999999', '2026-01-03T03:04:05.000Z'],
  ['soon', undefined],
])('reads Retry-After: %s', async (value, expected) => {
  await using server = await serve((_, response) => response.writeHead(429, { 'retry-after': value }).end());
  const { kind, details } = await failure(client(server.url).json({ path: 'a', signal }, anything));
  expect([kind, details.retryAt]).toEqual(['rate-limited', expected]);
});

it('takes 503 with Retry-After for a rate limit, to writes too', async () => {
  await using server = await serve((_, response) => response.writeHead(503, { 'retry-after': '1' }).end());
  const error = await failure(client(server.url).send({ method: 'PUT', path: 'a', json: {}, signal }));
  expect(error.kind).toBe('rate-limited');
});

it('takes a web page for a sign-in page, and leaves open whether a write came through before it', async () => {
  await using server = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html><p>Sign in'),
  );
  const http = client(server.url);
  expect((await failure(http.json({ path: 'a', signal }, anything))).kind).toBe('auth');
  const written = await failure(http.send({ method: 'PUT', path: 'a', json: {}, signal }));
  expect(written.kind).toBe('ambiguous');
  expect(written.details.remedy).toContain('sign-in page');
});

it('keeps the markup of an error page out of the message', async () => {
  const page = `<html>${'x'.repeat(200_000)}`;
  await using server = await serve((_, response) =>
    response.writeHead(500, { 'content-type': 'text/html' }).end(page),
  );
  const error = await failure(client(server.url).json({ path: 'a', signal }, anything));
  expect(error.kind).toBe('unavailable');
  expect(error.message).toMatch(/answered 500$/);
});

it('follows no redirect, and tells where it led without its query', async () => {
  await using server = await serve((_, response) =>
    response.writeHead(302, { location: '/login?back=secret#x' }).end(),
  );
  const error = await failure(client(server.url).json({ path: 'a', signal }, anything));
  expect(error.kind).toBe('config');
  expect(error.message).toMatch(/redirects to http:\/\/127\.0\.0\.1:\d+\/login$/);
  expect(server.requests).toHaveLength(1);
});

it('never shows a credential: not in messages, samples, causes or explanations', async () => {
  const basic = `Basic ${Buffer.from('me:pa55word').toString('base64')}`;
  const echo = { key: SECRET, basic, password: 'pa55word' };
  await using server = await serve((request, response) =>
    request.url === '/ok'
      ? json(response, echo)
      : request.url === '/text'
        ? response.end(`${SECRET} pa55word`)
        : json(response, echo, 400),
  );
  const explained: string[] = [];
  const http = client(server.url, {
    headers: { 'x-api-key': SECRET, authorization: basic },
    explain: ({ body }) => void explained.push(body),
  });
  const errors = [
    await failure(http.json({ path: 'bad', signal }, anything)),
    await failure(http.json({ path: 'text', signal }, anything)),
    await failure(http.json({ path: 'ok', signal }, z.object({ missing: z.string() }))),
  ];
  const shown = errors.map((error) => [error.message, error.stack, error.details, String(error.cause)]);
  const text = JSON.stringify([shown, explained]);
  expect(text).toContain('•••');
  for (const secret of [SECRET, 'pa55word', basic.slice(6)]) expect(text).not.toContain(secret);
});

it('says what does not fit, and where', async () => {
  await using server = await serve((_, response) => json(response, { issue: { id: 'seven' } }));
  const schema = z.object({ issue: z.object({ id: z.number() }) });
  const error = await failure(client(server.url).json({ path: 'a', signal }, schema));
  expect(error.kind).toBe('protocol');
  expect(error.message).toContain('does not fit at issue.id');
  expect(error.details.sample).toContain('seven');
});

it('lets the connector explain a refusal better', async () => {
  await using server = await serve((_, response) => json(response, { errors: ['Subject is blank'] }, 422));
  const http = client(server.url, {
    explain: ({ status, body }) => new ConnectorError('rejected', `${status} ${body}`, { field: 'subject' }),
  });
  const error = await failure(http.send({ method: 'POST', path: 'a', json: {}, signal }));
  expect(error.message).toBe('422 {"errors":["Subject is blank"]}');
});

it('reads no more of an answer than allowed', async () => {
  let written = 0;
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      for (; !response.destroyed && response.write('x'.repeat(65_536)); written += 65_536);
    };
    response.on('drain', more);
    more();
  });
  const error = await failure(
    client(server.url, { maxAnswer: 100_000 }).json({ path: 'a', signal }, anything),
  );
  expect(error.kind).toBe('protocol');
  expect(error.message).toContain('larger than 100000 bytes');
  expect(written).toBeLessThan(50_000_000);
});

const reading: Partial<HttpRequest> = {};
const writing: Partial<HttpRequest> = { method: 'POST', json: {} };
it.each([
  ['a read', reading, 'unavailable'],
  ['a write', writing, 'ambiguous'],
] as const)('gives up %s that nobody answers', async (_, request, kind) => {
  await using server = await serve(() => undefined);
  const error = await failure(
    client(server.url, { timeout: 100 }).json({ path: 'a', signal, ...request }, anything),
  );
  expect(error.kind).toBe(kind);
  expect(error.message).toContain('did not answer in time');
});

it('gives up what only trickles in, where somebody waits for it', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drip = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(drip));
  });
  const http = createHttp({ baseUrl: server.url, headers: {} }, { now: () => NOW, patience: 150 });
  const error = await failure(http.json({ path: 'a', signal }, anything));
  expect(error.kind).toBe('unavailable');
  expect(error.message).toContain('did not answer in time');
});

it.each([
  ['a read', reading, 'unavailable'],
  ['a write', writing, 'ambiguous'],
] as const)('tells a connection that breaks in the middle of the answer to %s', async (_, request, kind) => {
  await using server = await serve((__, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
    response.write('{"a":', () => response.destroy());
  });
  const error = await failure(client(server.url).json({ path: 'a', signal, ...request }, anything));
  expect(error.kind).toBe(kind);
});

it.each([
  ['a read', reading],
  ['a write', writing],
])('knows that %s never left when nobody listens or the host has no name', async (_, request) => {
  const server = await serve(() => undefined);
  await server[Symbol.asyncDispose]();
  const refused = await failure(client(server.url).json({ path: 'a', signal, ...request }, anything));
  expect([refused.kind, refused.message]).toEqual(['unavailable', expect.stringContaining('ECONNREFUSED')]);
  const nameless = await failure(
    client('http://nowhere.invalid').json({ path: 'a', signal, ...request }, anything),
  );
  expect(nameless.kind).toBe('unavailable');
  expect(nameless.message).toMatch(/ENOTFOUND|EAI_AGAIN/);
});

it('stops when the caller does, with the caller’s reason', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/half') response.writeHead(200, { 'content-type': 'application/json' }).write('[');
  });
  const http = client(server.url);
  for (const path of ['none', 'half']) {
    const controller = new AbortController();
    const reason = new Error('the run was stopped');
    const call = http.json({ method: 'POST', path, json: {}, signal: controller.signal }, anything);
    setTimeout(() => controller.abort(reason), 50);
    await expect(call).rejects.toBe(reason);
  }
  await expect(http.send({ path: 'a', signal: AbortSignal.abort('at once') })).rejects.toBe('at once');
});

it('streams both ways for longer than the timeout, as long as something moves', async () => {
  await using server = await serve((request, response) => void request.pipe(response));
  const slowly = async function* (): AsyncIterable<Uint8Array> {
    for (const byte of [1, 2, 3, 4, 5, 6]) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      yield Uint8Array.of(byte);
    }
  };
  const http = client(server.url, { timeout: 200 });
  const answer = await http.stream({ method: 'POST', path: 'echo', body: slowly(), signal });
  expect(await bytes(answer.data)).toEqual([1, 2, 3, 4, 5, 6]);
});

it('outlives a server that closes the connection of an answer nobody has read yet', async () => {
  const size = 400_000;
  await using server = await serve((_, response) => {
    response.writeHead(200, { connection: 'close', 'content-length': size }).end(Buffer.alloc(size, 'a'));
  });
  const answer = await client(server.url).stream({ path: 'a', signal });
  let read = 0;
  for await (const chunk of answer.data) {
    read += chunk.length;
    await delay(5);
  }
  expect(read).toBe(size);
});

it('tells a stream that stops in the middle', async () => {
  await using server = await serve((_, response) => void response.writeHead(200).write('begin'));
  const answer = await client(server.url, { timeout: 100 }).stream({ path: 'a', signal });
  expect((await failure(bytes(answer.data))).kind).toBe('unavailable');
});

it('counts every exchange: without query, with status, time and the server’s clock', async () => {
  const seen: HttpObservation[] = [];
  await using server = await serve((_, response) => {
    response.setHeader('date', 'Fri, 02 Jan 2026 03:04:15 GMT');
    json(response, {}, 404);
  });
  const http = client(server.url, {}, seen);
  await failure(http.json({ path: 'a', query: { q: 'private' }, signal }, anything));
  await server[Symbol.asyncDispose]();
  await failure(http.json({ path: 'b', signal }, anything));
  expect(seen).toEqual([
    { method: 'GET', path: '/a', status: 404, milliseconds: 0, skew: 10_000 },
    { method: 'GET', path: '/b', status: undefined, milliseconds: 0, skew: undefined },
  ]);
});

it('explains a certificate that nobody trusts, and http on an https port', async () => {
  const server = createTlsServer(selfSigned, (_, response) => void response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const error = await failure(client(`https://127.0.0.1:${port}`).json({ path: 'a', signal }, anything));
  server.close();
  expect(error.kind).toBe('config');
  expect(error.message).toContain('is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)');
  expect(error.details.remedy).toContain('NODE_EXTRA_CA_CERTS');
  await using plain = await serve((_, response) => json(response, {}));
  const wrong = await failure(
    client(plain.url.replace('http:', 'https:')).send({ method: 'POST', path: 'a', json: {}, signal }),
  );
  expect([wrong.kind, wrong.details.remedy]).toEqual(['config', expect.stringContaining('http')]);
});
