import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { silent } from '../postgres/log.ts';
import { Integrations } from '../store/integrations.ts';
import { useTestDatabase } from '../testing/database.ts';
import { configureOne, openTracker, served, useServers } from '../testing/serving.ts';
import { connect } from '../testing/store.ts';
import { LateWatch } from './late-watch.ts';

const database = useTestDatabase(served);
const serving = useServers(database);

test('an integration that no run began for is late, once, until one does', async () => {
  openTracker('left');
  openTracker('right');
  const { client } = await serving.start({ concurrency: 0 });
  await configureOne(client, { enabled: true, interval: '1m' });
  await client.putNotification('team', {
    events: ['integration-late'],
    channel: { type: 'webhook', url: 'https://192.0.2.1/' },
  });
  const { db, close } = await connect(database.url);
  onTestFinished(close);
  const watch = new LateWatch({ db, log: silent, integrations: new Integrations(db), profile: 'on-premise' });
  const states = async () => (await client.notificationLog()).items.map((one) => one.state);
  const now = Date.now();
  await watch.look(now + 170_000);
  expect(await states()).toEqual([]);
  for (const passed of [190_000, 220_000, 250_000]) await watch.look(now + passed);
  expect(await states()).toEqual(['raised']);
  // A day later people are reminded.
  await sql`update trouble_told set told_at = told_at - interval '1 day'`.execute(db);
  await watch.look(now + 280_000);
  expect(await states()).toEqual(['raised', 'raised']);
  await watch.look(now);
  expect(await states()).toEqual(['recovered', 'raised', 'raised']);
}, 30_000);
