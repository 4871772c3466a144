import { expect, it } from 'vitest';
import { z } from 'zod';
import { createHttp } from './client.ts';
import type { HttpHost } from './exchange.ts';
import { json, serve } from './testing/server.ts';

const signal = AbortSignal.timeout(60_000);

/** A host whose time passes when it is waited for. */
function host() {
  const waits: number[] = [];
  const held: number[] = [];
  let admitted = 0;
  let time = Date.parse('2026-01-02T03:04:05.000Z');
  const parts: HttpHost = {
    now: () => time,
    admit: async () => {
      admitted += 1;
    },
    hold: async (until) => void held.push(until - time),
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      time += milliseconds;
    },
  };
  return { parts, waits, held, admitted: () => admitted };
}

it('asks a reading again when no answer came, each time with leave', async () => {
  let asked = 0;
  await using server = await serve((_request, response) => {
    asked += 1;
    if (asked === 1) response.socket?.destroy();
    else if (asked === 2) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"a":');
      setImmediate(() => response.socket?.destroy());
    } else json(response, { a: 1 });
  });
  const { parts, waits, admitted } = host();
  const http = createHttp({ baseUrl: server.url }, parts);
  const { data } = await http.json({ path: '/items', signal }, z.object({ a: z.number() }));
  expect(data).toEqual({ a: 1 });
  expect(waits).toEqual([500, 2_000]);
  expect(admitted()).toBe(3);
});

it('asks a reading again that a web page answered', async () => {
  let asked = 0;
  await using server = await serve((_request, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Please wait</p>');
    else json(response, { a: 1 });
  });
  const { parts, waits } = host();
  const http = createHttp({ baseUrl: server.url }, parts);
  expect((await http.json({ path: '/items', signal }, z.object({ a: z.number() }))).data).toEqual({ a: 1 });
  expect(waits).toEqual([500]);
});

it('takes a web page that comes again and again for a sign-in page', async () => {
  await using server = await serve((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Sign in</p>'),
  );
  const http = createHttp({ baseUrl: server.url }, host().parts);
  await expect(http.json({ path: '/items', signal }, z.unknown())).rejects.toMatchObject({ kind: 'auth' });
  expect(server.requests).toHaveLength(3);
});

it('sits out a rate limit, and tells the host', async () => {
  let asked = 0;
  await using server = await serve((_request, response) => {
    asked += 1;
    if (asked <= 2) response.writeHead(429, asked === 1 ? { 'retry-after': '7' } : {}).end();
    else json(response, {});
  });
  const { parts, waits, held } = host();
  await createHttp({ baseUrl: server.url }, parts).send({ path: '/items', signal });
  expect(waits).toEqual([7_000, 1_000]);
  expect(held).toEqual([7_000, 1_000]);
});

it.each([
  ['a tracker that stays away', 503, {}, 'unavailable', 3],
  ['a rate limit that lasts too long', 429, { 'retry-after': '3600' }, 'rate-limited', 1],
  ['a refusal', 403, {}, 'forbidden', 1],
])('gives up on %s', async (_name, status, headers, kind, times) => {
  await using server = await serve((_request, response) => response.writeHead(status, headers).end());
  const http = createHttp({ baseUrl: server.url }, host().parts);
  await expect(http.send({ path: '/items', signal })).rejects.toMatchObject({ kind });
  expect(server.requests).toHaveLength(times);
});

it('P1: never repeats a write', async () => {
  await using server = await serve((_request, response) => response.socket?.destroy());
  const { parts, waits } = host();
  const http = createHttp({ baseUrl: server.url }, parts);
  await expect(http.send({ method: 'POST', path: '/items', json: {}, signal })).rejects.toMatchObject({
    kind: 'ambiguous',
  });
  expect(server.requests).toHaveLength(1);
  expect(waits).toEqual([]);
});
