import type { RunSummary, SideCounts } from '@lockstep/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { nothing } from '../../../engine/src/testing/store-records.ts';
import { beginRun, connect, migrated, withIntegration } from '../testing/store.ts';
import type { Database } from './database.ts';
import { Integrations } from './integrations.ts';
import { listLog } from './logs.ts';
import { Runs } from './runs.ts';
import { listSyncs } from './syncs.ts';

const test = useTestDatabase(migrated);
let database: Database;
let runs: Runs;

beforeEach(async () => {
  database = await connect(test.url);
  await withIntegration(database.db);
  runs = new Runs(database.db);
});
afterEach(() => database.close());

const counts: SideCounts = {
  examined: 1,
  created: 2,
  updated: 3,
  unchanged: 4,
  skipped: 5,
  conflicted: 6,
  parked: 7,
  comments: 8,
  attachments: 9,
  requests: 10,
  waited: 11,
};
const summary: RunSummary = { outcome: 'failed', message: 'no', remedy: 'do', left: counts, right: counts };
const at = '2026-03-04T05:06:07.089Z';

describe('runs', () => {
  it('end with their summary, once, and free the integration', async () => {
    await beginRun(database.db, 'r1');
    expect(
      await runs.begin({ id: 'r2', integrationId: 'int', trigger: 'manual', holder: 'x', ttl: 1_000 }),
    ).toBe(false);
    expect(await runs.end('int', 'r1', summary)).toBe(true);
    expect(await runs.end('int', 'r1', summary)).toBe(false);
    expect(await runs.get('r1')).toMatchObject({
      outcome: 'failed',
      message: 'no',
      counts: { left: counts, right: counts },
    });
    await beginRun(database.db, 'r2');
  });

  it('and their records are listed page by page', async () => {
    const store = await beginRun(database.db, 'r1');
    for (let index = 0; index < 5; index++) {
      await store.settle({
        ...nothing,
        sync: {
          origin: 'left',
          outcome: 'updated',
          at,
          journal: [],
          parts: [],
          left: { id: `${index}`, key: `#${index}`, url: '' },
        },
        log: [{ level: index % 2 === 0 ? 'debug' : 'warn', at, text: `line ${index}` }],
      });
    }
    const first = await listSyncs(database.db, { integrationId: 'int', limit: 2 });
    const second = await listSyncs(database.db, {
      integrationId: 'int',
      limit: 2,
      before: first[1]?.id ?? 0,
    });
    expect([...first, ...second].map((it) => it.left?.id)).toEqual(['4', '3', '2', '1']);
    expect(
      await listSyncs(database.db, { integrationId: 'int', item: { side: 'left', id: '3' }, limit: 9 }),
    ).toHaveLength(1);
    expect(
      (await listLog(database.db, { runId: 'r1', level: 'info', limit: 9 })).map((it) => it.text),
    ).toEqual(['line 1', 'line 3']);
    await runs.end('int', 'r1', summary);
    await beginRun(database.db, 'r2');
    await runs.end('int', 'r2', summary);
    expect((await runs.list({ limit: 1 })).map((it) => it.id)).toEqual(['r2']);
    expect((await runs.list({ integrationId: 'int', before: 'r2', limit: 5 })).map((it) => it.id)).toEqual([
      'r1',
    ]);
  });
});

describe('integrations', () => {
  it('are saved only over the revision that was read, enabled, listed and removed with all they have', async () => {
    const integrations = new Integrations(database.db);
    const read = await integrations.get('int');
    if (read === undefined) throw new Error('missing');
    expect(
      (await integrations.save('int', { ...read.configuration, interval: 5 }, read.revision))?.revision,
    ).toBe(2);
    expect(await integrations.save('int', read.configuration, read.revision)).toBeUndefined();
    expect((await integrations.get('int'))?.configuration.interval).toBe(5);
    expect(await integrations.enable('int', true)).toEqual({ dropped: 0 });
    const { enabledAt } = (await integrations.get('int')) ?? {};
    await integrations.enable('int', false);
    await integrations.enable('int', true);
    expect((await integrations.get('int'))?.enabledAt).toBe(enabledAt);
    expect(await integrations.list({ enabled: true, connectionId: 'b', limit: 5 })).toHaveLength(1);
    await expect(integrations.save('other', { ...read.configuration })).rejects.toThrow(
      /integration_name_key/,
    );
    await beginRun(database.db, 'r1');
    expect(await integrations.remove('int')).toBe(true);
    expect(await runs.get('r1')).toBeUndefined();
  });
});
