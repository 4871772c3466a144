import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { between, configureOne, openTracker, useServers } from '../testing/serving.ts';
import { connect, migrated } from '../testing/store.ts';
import { AuditLog } from './audit-log.ts';

const database = useTestDatabase(migrated);
const serving = useServers(database);
const WHO = 'the holder of the API token';

test('every change of the configuration is recorded with what it changed, and by whom', async () => {
  openTracker('left');
  openTracker('right');
  const { client } = await serving.start();
  await configureOne(client);
  await configureOne(client);
  await client.putIntegration('one', between('left', 'right', { interval: '2h' }));
  await client.enable('one', { why: 'go' });
  await client.enable('one', { why: 'again' });
  await client.disable('one', { why: 'stop' });
  await client.putIntegration('one', between('left', 'right', { interval: '2h', enabled: true }));
  await client.putConnection('left', { tracker: 'memory', config: { tracker: 'left' }, budget: { rate: 5 } });
  await client.deleteIntegration('one');
  await client.deleteConnection('right');
  const { items } = await client.audit({ who: WHO });
  const told = items.map(({ who, action, subject }) => `${who}: ${action} ${subject.kind} ${subject.name}`);
  expect(told.toReversed()).toEqual(
    [
      'created connection left',
      'created connection right',
      'created integration one',
      'changed integration one',
      'enabled integration one',
      'disabled integration one',
      'enabled integration one',
      'changed connection left',
      'deleted integration one',
      'deleted connection right',
    ].map((line) => `${WHO}: ${line}`),
  );
  const changed = items.find((one) => one.action === 'changed' && one.subject.kind === 'integration');
  expect(changed?.changes).toEqual([{ path: ['interval'], before: '1h', after: '2h' }]);
  expect(items.find((one) => one.action === 'disabled')).toMatchObject({
    note: 'stop',
    changes: [{ path: ['enabled'], before: true, after: false }],
  });

  const first = await client.audit({ who: WHO, limit: 2 });
  const next = await client.audit({ who: WHO, limit: 2, before: first.next });
  expect([...first.items, ...next.items]).toEqual(items.slice(0, 4));
  expect((await client.audit({ kind: 'connection', name: 'right' })).items).toHaveLength(2);
  expect((await client.audit({ who: 'somebody else' })).items).toEqual([]);
  const { at } = items[3] ?? { at: '' };
  expect((await client.audit({ who: WHO, until: at })).items).toEqual(items.filter((one) => one.at < at));
  expect((await client.audit({ who: WHO, since: at })).items).toEqual(items.filter((one) => one.at >= at));
});

test('an entry is there if and only if the change is, and so is what subscribers wrote', async () => {
  const { db, close } = await connect(database.url);
  try {
    await sql`create table heard (id bigint)`.execute(db);
    const audit = new AuditLog(db);
    audit.subscribe(async (entry, trx) => {
      await sql`insert into heard values (${entry.id})`.execute(trx);
    });
    const change = { who: 'ada', action: 'changed', subject: { kind: 'connection', name: 'a\0' } };
    const secrets = ['apiKey'];
    await audit.during((trx) =>
      audit.record({ ...change, before: 'a\0', after: { token: 'sesame' }, secrets }, trx),
    );
    const failing = audit.during(async (trx) => {
      await audit.record({ ...change, action: 'deleted' }, trx);
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    const entries = await audit.list({ limit: 10 });
    expect(entries).toHaveLength(1);
    expect(entries[0]?.changes).toContainEqual({ path: ['secrets', 'apiKey'], secret: true });
    expect(JSON.stringify(entries)).not.toContain('sesame');
    const { rows } = await sql<{ id: number }>`select id from heard`.execute(db);
    expect(rows).toEqual([{ id: entries[0]?.id }]);
  } finally {
    await close();
  }
});

test('of two changes that wait for each other, the one that the database ends is made again', async () => {
  const { db, close } = await connect(database.url);
  const audit = new AuditLog(db);
  await sql`create table place (id integer primary key, changes integer not null)`.execute(db);
  await sql`insert into place values (1, 0), (2, 0)`.execute(db);
  let waiting = 0;
  const bothHold = Promise.withResolvers<void>();
  const change = async (first: number, second: number): Promise<void> => {
    let isAgain = false;
    await audit.during(async (trx) => {
      await sql`update place set changes = changes + 1 where id = ${first}`.execute(trx);
      if (!isAgain && (waiting += 1) === 2) bothHold.resolve();
      isAgain = true;
      await bothHold.promise;
      await sql`update place set changes = changes + 1 where id = ${second}`.execute(trx);
    });
  };
  try {
    await Promise.all([change(1, 2), change(2, 1)]);
    const { rows } = await sql<{ changes: number }>`select changes from place`.execute(db);
    expect(rows.map(({ changes }) => changes)).toEqual([2, 2]);
  } finally {
    await close();
  }
});
