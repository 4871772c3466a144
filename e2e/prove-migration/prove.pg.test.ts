import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { useTestDatabase } from '../../packages/server/src/testing/database.ts';
import { ServerProcess } from '../prove-real/server.ts';
import { prove } from './prove.ts';
import { openTrackers, TrackerHost } from './tracker-host.ts';

const database = useTestDatabase();

// `.ci/run` moves more.
it('moves 100 items once though the server is killed in the middle (P1)', async () => {
  const trackers = openTrackers(100);
  const host = new TrackerHost([trackers.left, trackers.right]);
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-prove-'));
  const server = new ServerProcess(folder, 'e2e/prove-migration/serve.ts', database.url);
  try {
    const url = await host.start();
    const found = await prove({ ...trackers, url, server, kills: 1, tell: () => undefined });
    expect(found).toMatchObject({ items: 100, pairs: 100, copiedOnce: 100, secondRunWrites: 0 });
    expect(found.kills).toHaveLength(1);
    expect(found.edits.carried).toBe(found.edits.made);
    expect((found.outcomes['created'] ?? 0) + (found.outcomes['skipped'] ?? 0)).toBe(100);
  } finally {
    await server.stop();
    host.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
