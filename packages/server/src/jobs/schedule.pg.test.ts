import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@lockstep/api';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import { expect, test } from 'vitest';
import { startServer } from '../compose.ts';
import { silent } from '../postgres/log.ts';
import { useTestDatabase } from '../testing/database.ts';

const database = useTestDatabase();

test('two servers run one integration at its interval, never twice at once, until it is disabled', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-jobs-'));
  for (const name of ['west', 'east']) memoryTrackers.set(name, new MemoryTracker(name, () => Date.now()));
  const options = { dataFolder: folder, databaseUrl: database.url, port: 0, log: silent };
  const servers = [await startServer(options), await startServer(options)];
  try {
    const [{ url, token } = { url: '', token: '' }] = servers;
    const client = createClient(url, token);
    await client.putConnection('w', { tracker: 'memory', config: { tracker: 'west' } });
    await client.putConnection('e', { tracker: 'memory', config: { tracker: 'east' } });
    await client.putIntegration('quick', {
      left: { connection: 'w' },
      right: { connection: 'e' },
      interval: 1,
      types: [{ left: 'Task', right: 'Task', fields: ['Title <-> Title'] }],
      enabled: true,
    });
    await expect
      .poll(async () => (await client.runs('quick')).items.length, { timeout: 15_000 })
      .toBeGreaterThan(3);
    await client.disable('quick');
    await delay(1_000);
    const runs = (await client.runs('quick')).items.toReversed();
    for (const [index, run] of runs.entries()) {
      const before = runs[index - 1];
      expect(run.outcome).toMatch(/succeeded|stopped/);
      if (before === undefined) continue;
      // The book is kept by the start of the job; the record of the run is made some milliseconds later.
      expect(Date.parse(run.startedAt) - Date.parse(before.startedAt)).toBeGreaterThan(900);
      expect(Date.parse(run.startedAt)).toBeGreaterThanOrEqual(Date.parse(before.endedAt ?? ''));
    }
    await delay(2_500);
    expect((await client.runs('quick')).items).toHaveLength(runs.length);
  } finally {
    for (const server of servers) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 40_000);
