import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectMemory, MemoryTracker } from '@lockstep/connectors';
import { defineConnector } from '@lockstep/sdk';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { Trackers } from './connect.ts';
import { Sides } from './sides.ts';

type Parts = ConstructorParameters<typeof Sides>[0];

let permits = 0;
const budget = {
  permit: async () => {
    permits += 1;
    return 5;
  },
  slot: async () => ({ waited: 0, release: () => undefined }),
  penalise: async () => undefined,
};

it("hands the engine the tracker's clock as its answers tell it, and counts its requests one by one", async () => {
  const server = createServer((_, response) => {
    response.setHeader('date', new Date(Date.now() - 600_000).toUTCString()).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const definition = defineConnector({
    id: 'late',
    title: 'Late',
    config: z.strictObject({}),
    scope: z.strictObject({}),
    place: () => '',
    connect(_config, _scope, host) {
      const http = host.http({ baseUrl: url });
      const connector = connectMemory(new MemoryTracker('late', () => Date.now()));
      return {
        ...connector,
        schema: async (signal) => {
          await http.send({ path: 'schema', signal });
          return connector.schema(signal);
        },
      };
    },
  });
  const entry = { id: 'c', name: 'c', connector: 'late', config: {}, revision: 1 };
  const sides = new Sides({
    connections: { get: async () => entry, secrets: async () => ({}) } as unknown as Parts['connections'],
    trackers: new Trackers([definition]),
    budgets: { of: () => ({ onBehalfOf: () => budget }) } as unknown as Parts['budgets'],
  });
  const side = { connection: 'c', scope: {} };
  const configuration = { name: 'i', left: side, right: side, types: [], interval: 0 };
  const { signal } = new AbortController();
  const { left } = await sides.open(configuration, signal);
  expect(left.clockSkew?.()).toBeLessThan(-598_000);
  expect(left.clockSkew?.()).toBeGreaterThan(-603_000);
  // Each request takes a permit of its own, and is counted: one a side.
  expect(permits).toBe(2);
  expect(left.traffic?.()).toEqual({ requests: 1, waited: 5 });
  // What a tracker has is believed for a while, but not when another mapping may name what is new in it.
  await sides.open(configuration, signal);
  expect(permits).toBe(2);
  const types = [{ left: 'task', right: 'task', fields: [] }];
  for (const _ of ['once', 'again']) await sides.open({ ...configuration, types }, signal);
  expect(permits).toBe(4);
  await sides.close();
  server.close();
});
