import type { ResumeMode } from '@lockstep/api';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);
const serving = useServers(database);
const HOUR = 3_600_000;

async function query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client
    .query<Row>(text, values)
    .then(
      ({ rows }) => rows,
      (error: unknown) => Promise.reject(error as Error),
    )
    .finally(() => client.end());
}

test.each([
  ['recent', ['inside the window']],
  ['all', ['inside the window', 'outside the window']],
  ['none', []],
] as const)(
  'enabling with %s syncs %j of a pause, as estimated, after a restart too (P2, P5)',
  async (resume, expected) => {
    let ago = 0;
    const left = new MemoryTracker('left', () => Date.now() - ago);
    memoryTrackers.set('left', left);
    const right = openTracker('right');
    const first = await serving.start();
    await configureOne(first.client, { enabled: true, lookBack: '1h' });
    await latestEnded(first.client);
    await first.client.disable('one', { why: 'maintenance' });
    await query(`update integration set paused_at = now() - interval '5 hours'`);
    const began = (await first.client.integration('one')).pausedAt;
    // Disabled twice: the pause began when it began.
    expect((await first.client.disable('one', { why: 'again' })).pausedAt).toBe(began);
    expect(
      await query(`select id from pgboss.job where name = 'runs' and state in ('created', 'retry')`),
    ).toEqual([]);
    ago = 3 * HOUR;
    left.create('sync', { title: 'outside the window' });
    ago = HOUR / 2;
    left.create('sync', { title: 'inside the window' });
    ago = 0;
    // As if the last run had been before the pause.
    await query(`update cursor set since = '2020-01-01T00:00:00.000Z'`);
    await query(
      `update run set started_at = now() - interval '6 hours', ended_at = now() - interval '6 hours'`,
    );
    const before = (await first.client.runs('one')).items.length;
    const { modes, complete } = await first.client.estimate('one');
    expect(complete).toBe(true);
    expect(modes[resume].left).toBe(expected.length);
    await first.server.stop();

    const { client } = await serving.start();
    await client.enable('one', { resume: resume as ResumeMode, why: 'done' });
    await expect
      .poll(async () => (await client.runs('one')).items.filter((run) => run.outcome !== 'running').length, {
        timeout: 10_000,
      })
      .toBeGreaterThan(before);
    const titles = [...right.items.values()].map((item) => String(item.fields['title']));
    expect(titles.toSorted()).toEqual([...expected].toSorted());
    const changes = (await client.statusChanges('one')).items;
    expect(changes.map(({ enabled, why, resume: mode }) => [enabled, why, mode])).toEqual([
      [true, 'done', resume],
      [false, 'maintenance', null],
      [true, 'as the saved configuration says', null],
    ]);
  },
);
