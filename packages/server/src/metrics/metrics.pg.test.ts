import { expect, test } from 'vitest';
import { configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';
import { useTestDatabase } from '../testing/database.ts';

const serving = useServers(useTestDatabase(served));

async function metrics(url: string, token?: string): Promise<Response> {
  return fetch(`${url}/metrics`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
}

/** The value of a line. */
function valueOf(text: string, line: string): number {
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  if (found === undefined) throw new Error(`there is no ${line} in:\n${text}`);
  return Number(found.slice(line.length + 1));
}

test('Prometheus learns what runs did and how integrations stand', async () => {
  const left = openTracker('left');
  openTracker('right');
  for (const title of ['One', 'Two', 'Three']) left.create('alice', { title });
  const { server, client } = await serving.start();
  await configureOne(client);
  await client.enable('one');
  await latestEnded(client);
  const answer = await metrics(server.url, server.token);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  expect(valueOf(text, 'lockstep_database_up')).toBe(1);
  expect(valueOf(text, 'lockstep_runs_total{integration="one",outcome="succeeded"}')).toBe(1);
  expect(valueOf(text, 'lockstep_items_total{integration="one",side="right",outcome="created"}')).toBe(3);
  expect(valueOf(text, 'lockstep_requests_total{integration="one",side="right"}')).toBeGreaterThan(3);
  expect(valueOf(text, 'lockstep_run_duration_seconds_count{integration="one"}')).toBe(1);
  expect(valueOf(text, 'lockstep_pairs{integration="one"}')).toBe(3);
  expect(valueOf(text, 'lockstep_integration_enabled{integration="one"}')).toBe(1);
  expect(valueOf(text, 'lockstep_runs_queued{integration="one"}')).toBe(0);
  expect(valueOf(text, 'lockstep_lag_seconds{integration="one"}')).toBeLessThan(600);
});

test('a stranger learns nothing from it', async () => {
  const { server } = await serving.start();
  expect((await metrics(server.url)).status).toBe(401);
  expect((await metrics(server.url, 'wrong')).status).toBe(401);
});

test('ready tells whether this server can work', async () => {
  const { server } = await serving.start();
  const answer = await fetch(`${server.url}/readyz`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ ready: true });
});
