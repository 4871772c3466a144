import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectMemory, connectors, MemoryTracker } from '@lockstep/connectors';
import { defineConnector, secret } from '@lockstep/sdk';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { useTestDatabase } from '../testing/database.ts';
import { between, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);
const serving = useServers(database);
const SECRET = 'c4nary/that+nobody "sees"';

/** A tracker that refuses each new item, and echoes what it was sent. */
const refusing = defineConnector({
  id: 'refusing',
  title: 'Refusing',
  config: z.strictObject({ url: z.string(), word: secret('Word') }),
  scope: z.strictObject({}),
  place: ({ url = '' }) => url,
  connect({ url, word }, _scope, host) {
    const http = host.http({ baseUrl: url });
    const connector = connectMemory(new MemoryTracker('refusing', () => Date.now()));
    return {
      ...connector,
      items: {
        ...connector.items,
        create: async (draft, signal) => {
          await http.send({ method: 'POST', path: 'items', json: { ...draft.fields, sent: word }, signal });
          throw new Error('it is refused');
        },
      },
    };
  },
});
const echo = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
  request.on('end', () => response.writeHead(422, { 'content-type': 'application/json' }).end(body));
});
let url = '';
beforeEach(async () => {
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
});
afterEach(() => void echo.close());

test('requests are captured for a limited time, without secrets, and a log line leads to its request', async () => {
  const left = openTracker('left');
  left.create('alice', { title: 'Printer on fire' });
  const options = { connectors: [...connectors, refusing] };
  const first = await serving.start(options);
  const { client } = first;
  await client.configure({
    connections: {
      left: { tracker: 'memory', config: { tracker: 'left' } },
      right: { tracker: 'refusing', config: { url, word: SECRET } },
    },
    integrations: { one: between('left', 'right') },
  });
  expect(await client.capture('right')).toEqual({ connection: 'right', on: false, requests: 0 });
  const on = await client.startCapture('right', { minutes: 15 });
  expect(on).toMatchObject({ on: true, who: 'the holder of the API token' });
  const rest = Date.parse(on.until ?? '') - Date.now();
  expect(rest).toBeGreaterThan(14 * 60_000);
  expect(rest).toBeLessThanOrEqual(15 * 60_000 + 5_000);
  // A restart changes nothing about it.
  await first.server.stop();
  const again = (await serving.start(options)).client;
  await again.enable('one');
  const run = await latestEnded(again);
  const lines = (await again.runLog(run.id)).items;
  const parked = lines.find((line) => line.level === 'warn');
  expect(parked).toMatchObject({
    item: { side: 'left' },
    request: { method: 'POST', path: '/items', status: 422 },
  });
  await expect
    .poll(async () => (await again.capturedRequests('right', { run: run.id })).items.length)
    .toBeGreaterThan(0);
  const one = await again.capturedRequest(parked?.request?.id ?? '');
  expect(one).toMatchObject({ run: run.id, item: { side: 'left' }, method: 'POST', status: 422 });
  expect(one.request.body).toContain('Printer on fire');
  expect(JSON.stringify(one)).not.toContain('c4nary');
  expect(JSON.stringify(one)).toContain('‹secret›');

  // It ends by itself.
  const query = new Client({ connectionString: database.url });
  await query.connect();
  await query.query(`update capture set until = now() - interval '1 second'`);
  await query.end();
  expect((await again.capture('right')).on).toBe(false);
  const kept = (await again.stopCapture('right')).requests;
  left.create('alice', { title: 'Another' });
  await again.run('one');
  await expect.poll(async () => (await again.parked('one')).items.length, { timeout: 10_000 }).toBe(2);
  expect((await again.capture('right')).requests).toBe(kept);
  await expect(again.startCapture('nowhere', { minutes: 1 })).rejects.toMatchObject({
    problem: { code: 'unknown-connection' },
  });
  expect((await again.capturedRequest(one.id)).id).toBe(one.id);
  await expect(again.capturedRequest('nothing')).rejects.toMatchObject({
    problem: { code: 'unknown-request' },
  });
}, 40_000);
