import { ApiError, type Client, type DriftAudit } from '@lockstep/api';
import { ConnectorError } from '@lockstep/sdk';
import { Client as PgClient } from 'pg';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);
const serving = useServers(database);
type Hooks = Parameters<typeof openTracker>[1];

async function inStep(items: number, hooks: Hooks = {}) {
  const left = openTracker('left');
  const right = openTracker('right', hooks);
  for (let index = 0; index < items; index++) left.create('sync', { title: `item ${index}` });
  const { client, server } = await serving.start();
  await configureOne(client, { enabled: true, deletion: { left: 'unlink' } });
  expect((await latestEnded(client, 30_000)).outcome).toBe('succeeded');
  return { left, right, client, server };
}

async function until(
  client: Client,
  id: string,
  state: DriftAudit['state'],
  timeout = 20_000,
): Promise<DriftAudit> {
  await expect.poll(async () => (await client.driftAudit('one', id)).state, { timeout }).toBe(state);
  return client.driftAudit('one', id);
}

const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'not refused',
    (error: unknown) => (error instanceof ApiError ? error.problem.code : String(error)),
  );

test('an audit tells what differs and what is missing beside the runs; a repair has the next run mend it', async () => {
  const gate = Promise.withResolvers<void>();
  const reading = Promise.withResolvers<void>();
  let isAuditing = false;
  const { left, right, client } = await inStep(60, {
    before: async (kind) => {
      if (kind !== 'read' || !isAuditing) return;
      reading.resolve();
      await gate.promise;
    },
  });
  left.edit('sync', '1', { title: 'changed, and not yet carried', status: 'doing' });
  left.delete('2');
  isAuditing = true;
  const { id } = await client.startDriftAudit('one');
  expect(await refusal(client.startDriftAudit('one'))).toBe('audit-under-way');
  await reading.promise;
  // While the audit stands in the middle of its first page: edited, and carried by nobody yet.
  left.edit('sync', '3', { title: 'meanwhile' });
  right.edit('sync', '3', { title: 'meanwhile' });
  isAuditing = false;
  gate.resolve();
  const audit = await until(client, id, 'done');
  expect(audit).toMatchObject({ total: 60, compared: 60, missing: 1, undecided: 0 });
  const { items: findings } = await client.driftFindings('one', id, { limit: 100 });
  const one = findings.find(({ left: { id: its } }) => its === '1');
  expect(one).toMatchObject({
    result: 'differing',
    why: 'not carried',
    fields: expect.arrayContaining([
      expect.objectContaining({ left: expect.objectContaining({ title: 'Status', words: 'In progress' }) }),
    ]),
  });
  expect(findings.filter(({ result }) => result === 'missing').map((it) => it.left.id)).toEqual(['2']);
  expect((await client.driftFindings('one', id, { result: 'missing' })).items).toHaveLength(1);
  const first = await client.driftFindings('one', id, { limit: 1 });
  expect((await client.driftFindings('one', id, { limit: 1, before: first.next })).items).toHaveLength(1);

  const plan = await client.planDriftRepair('one', id, { missing: 'policy' });
  expect(plan).toMatchObject({ resync: audit.differing, missing: { unlink: 1 } });
  expect(plan.writes.fields).toBeGreaterThanOrEqual(2);
  const repair = await client.repairDrift('one', id, { missing: 'policy' });
  await expect
    .poll(async () => (await client.request(repair.request ?? '')).run?.outcome, { timeout: 20_000 })
    .toBe('succeeded');
  const next = await client.startDriftAudit('one');
  expect((await until(client, next.id, 'done')).differing).toBe(0);
  expect((await client.driftFindings('one', id)).items[0]?.repair).toBeDefined();
  expect((await client.stopDriftAudit('one', next.id)).state).toBe('done');
  expect(await refusal(client.driftAudit('one', 'none'))).toBe('unknown-audit');

  // What differs is written from the side that is to stand, by the desk of all recoveries.
  const ours = '5';
  const theirs = (await client.findItem(`LEFT-${ours}`)).items[0]?.right?.id ?? '';
  right.edit('sync', theirs, { title: 'theirs' });
  const third = await client.startDriftAudit('one');
  expect((await until(client, third.id, 'done')).differing).toBe(1);
  const hard = { differing: 'hard-resync', from: 'left' } as const;
  expect(await client.planDriftRepair('one', third.id, hard)).toMatchObject({
    resync: 1,
    writes: { pairs: 1, fields: 1 },
    remains: {},
  });
  const { request = '' } = await client.repairDrift('one', third.id, hard);
  await expect
    .poll(async () => (await client.request(request)).run?.outcome, { timeout: 20_000 })
    .toBe('succeeded');
  expect(right.item(theirs).fields['title']).toBe(left.item(ours).fields['title']);
  expect((await client.driftFindings('one', third.id)).items).toMatchObject([
    { repair: 'hard resync, from left' },
  ]);
  expect((await client.audit()).items.map(({ action }) => action)).toContain('asked for repair of drift');
  await client.disable('one', { why: 'the test' });
  expect(await refusal(client.repairDrift('one', id))).toBe('integration-disabled');
  expect((await client.driftAudits('one')).items.map((it) => it.id)).toEqual([third.id, next.id, id]);
}, 60_000);

test('an audit goes on where it was kept, waits for a tracker that is away, and is stopped', async () => {
  let fault: ConnectorError | undefined;
  let reads = 0;
  const { left, client, server } = await inStep(130, {
    before: (kind) => {
      if (kind !== 'read') return;
      reads += 1;
      if (fault !== undefined) throw fault;
    },
  });
  left.edit('sync', '130', { title: 'late' });
  left.edit('sync', '1', { title: 'early' });
  fault = new ConnectorError('auth', 'the token has expired', { remedy: 'Renew it.' });
  const { id } = await client.startDriftAudit('one');
  expect(await until(client, id, 'waiting')).toMatchObject({ remedy: 'Renew it.' });
  await server.stop();
  fault = undefined;
  // As a server that was killed left it: held, with a first page behind it.
  const pg = new PgClient({ connectionString: database.url });
  await pg.connect();
  const { rows } = await pg.query<{ id: string }>('select id from pair order by id limit 100');
  await pg.query(
    `update drift_audit set next_slice = now(), holder = 'dead', held_until = now() + interval '1 second',
      position = (position::jsonb || jsonb_build_object('after', $1::text, 'compared', 100, 'equal', 100))::json`,
    [rows.at(-1)?.id],
  );
  await pg.end();
  reads = 0;
  const { client: again } = await serving.start();
  expect(await until(again, id, 'done')).toMatchObject({ compared: 130 });
  // The last page, and at most one more look at what differs.
  expect(reads).toBeLessThanOrEqual(2);
  const other = await again.startDriftAudit('one');
  await again.stopDriftAudit('one', other.id);
  expect((await again.driftAudit('one', other.id)).endedAt).toBeDefined();
}, 60_000);
