import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Chance } from '../chance.ts';
import { FAULT_KINDS, UNHEARD } from './fault.ts';
import { FaultProxy } from './fault-proxy.ts';

let tracker: Server;
let proxy: FaultProxy;
let url = '';
/** What the tracker has heard. */
let heard: { method: string; path: string; host: string; body: string }[];

beforeEach(async () => {
  heard = [];
  tracker = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url: path = '', headers } = incoming;
      heard.push({ method, path, host: headers.host ?? '', body: Buffer.concat(chunks).toString() });
      outgoing.setHeader('content-type', 'application/json');
      outgoing.end(JSON.stringify({ text: 'x'.repeat(1_000) }));
    });
  });
  tracker.listen(0, '127.0.0.1');
  await once(tracker, 'listening');
  const { port } = tracker.address() as AddressInfo;
  proxy = new FaultProxy(`http://127.0.0.1:${port}/rt`, new Chance(7));
  url = await proxy.start();
});
afterEach(async () => {
  await proxy.stop();
  tracker.close();
});

test('without a storm all passes as it is', async () => {
  expect(url).toMatch(/\/rt$/);
  const answer = await fetch(`${url}/items?a=1`, { method: 'POST', body: 'hello' });
  expect(((await answer.json()) as { text: string }).text).toHaveLength(1_000);
  expect(heard).toEqual([{ method: 'POST', path: '/rt/items?a=1', host: new URL(url).host, body: 'hello' }]);
  expect(proxy.struck.size).toBe(0);
});

test('in a storm each kind strikes, is counted, and is heard of by the tracker or not as it says', async () => {
  proxy.isStorming = true;
  let undisturbed = 0;
  const asked = 300;
  for (let number = 0; number < asked; number += 1) {
    const whole = await fetch(`${url}/items`, { method: 'POST', body: String(number) })
      .then(
        async (answer) =>
          answer.ok && answer.headers.get('content-type') === 'application/json' && (await answer.json()),
      )
      .catch(() => false);
    if (whole !== false) undisturbed += 1;
  }
  for (const kind of FAULT_KINDS) expect(proxy.count(kind), kind).toBeGreaterThan(0);
  const unheard = UNHEARD.reduce((sum, kind) => sum + proxy.count(kind), 0);
  expect(heard).toHaveLength(asked - unheard);
  const all = FAULT_KINDS.reduce((sum, kind) => sum + proxy.count(kind), 0);
  expect(undisturbed).toBe(asked - all + proxy.count('delay'));
  proxy.isStorming = false;
  expect((await fetch(`${url}/items`)).status).toBe(200);
}, 60_000);

test('a client that dies in the middle of a request breaks nothing', async () => {
  const reached = once(tracker, 'request') as Promise<[IncomingMessage]>;
  const dying = request(`${url}/items`, { method: 'POST', headers: { 'content-length': '1000' } });
  const died = once(dying, 'error');
  dying.write('only this');
  const [incoming] = await reached;
  const closed = new Promise((resolve) => incoming.socket.once('close', resolve));
  dying.destroy(new Error('killed'));
  await Promise.all([died, closed]);
  expect((await fetch(`${url}/items`)).status).toBe(200);
});

test('the same seed draws the same faults', async () => {
  const kinds = (seed: number): string[] => {
    const one = new FaultProxy(url, new Chance(seed));
    return Array.from({ length: 16 }, () => one['draw']());
  };
  expect(kinds(3)).toEqual(kinds(3));
  expect(kinds(3)).not.toEqual(kinds(4));
});
