import { sql } from 'kysely';
import { describeMigrationStore, REQUESTS } from '../../../engine/src/testing/migration-suite.ts';
import { describeStore } from '../../../engine/src/testing/store-suite.ts';
import { openBreakingProxy } from '../testing/breaking-proxy.ts';
import { useTestDatabase } from '../testing/database.ts';
import { beginRun, connect, migrated, withIntegration } from '../testing/store.ts';
import { listConflicts } from './conflicts.ts';
import { listLog } from './logs.ts';
import { MigrationRecords } from './migration-records.ts';
import { PgMigration } from './pg-migration.ts';
import { markForResync } from './resync.ts';
import { listSyncs } from './syncs.ts';
import { makeWishes } from './wishes.ts';

const test = useTestDatabase(migrated);

describeStore('on PostgreSQL', async () => {
  const proxy = await openBreakingProxy(test.url);
  const database = await connect(test.url);
  const breaking = await connect(proxy.url);
  const { db } = database;
  await withIntegration(db);
  const runs: string[] = [];
  return {
    begin: async (run) => {
      await sql`update lease set expires_at = now() - interval '1 second'`.execute(db);
      runs.push(run);
      return beginRun(breaking.db, run);
    },
    mark: (side, id) => markForResync(db, 'int', [{ side, id }]),
    wish: (pair, who, wanted) =>
      db.transaction().execute((trx) => makeWishes(trx, 'int', who, [{ pairId: pair.id, wanted }])),
    resolutions: async () =>
      Object.fromEntries(
        (await listConflicts(db, { integrationId: 'int', limit: 100 })).flatMap(
          ({ conflict, resolvedBy, refused }): [string, { by?: string; refused?: string }][] => {
            if (resolvedBy !== null) return [[conflict.id, { by: resolvedBy }]];
            return refused === null ? [] : [[conflict.id, { refused }]];
          },
        ),
      ),
    breakNext: (when) => proxy.breakNext(when),
    syncs: async () => (await listSyncs(db, { integrationId: 'int', limit: 100 })).toReversed(),
    log: async () => (await Promise.all(runs.map((runId) => listLog(db, { runId, limit: 100 })))).flat(),
    conflicts: async () =>
      (await listConflicts(db, { integrationId: 'int', limit: 100 }))
        .toReversed()
        .map(({ conflict }) => conflict),
    close: async () => {
      await breaking.close();
      await database.close();
      await proxy.close();
    },
  };
});

describeMigrationStore('on PostgreSQL', async () => {
  const database = await connect(test.url);
  const { db } = database;
  await withIntegration(db);
  const records = new MigrationRecords(db);
  for (const id of ['m1', 'm2'] as const) {
    await records.start(id, 'int', REQUESTS[id], 'the test');
    await records.change(id, ['running'], 'stopped');
  }
  return {
    begin: async (runId, migrationId) => {
      await sql`update lease set expires_at = now() - interval '1 second'`.execute(db);
      const store = await beginRun(db, runId);
      const options = { db, integrationId: 'int', runId, migrationId, side: 'left' } as const;
      return { store, migration: new PgMigration(options) };
    },
    position: async (id) => {
      const entry = await records.get(id);
      if (entry === undefined) throw new Error(`there is no migration ${id}`);
      return entry.position;
    },
    close: () => database.close(),
  };
});
