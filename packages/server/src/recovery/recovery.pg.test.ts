import { ApiError } from '@lockstep/api';
import type { Client, RecoveryInput } from '@lockstep/api';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { configureOne, openTracker, served, useServers } from '../testing/serving.ts';

const database = useTestDatabase(served);
const serving = useServers(database);
const PRIORITY = { left: 'Title', right: 'Title', policy: 'ask' } as const;

/** Asks, and waits for the run that does it. */
async function ask(client: Client, body: RecoveryInput): Promise<void> {
  const { request } = await client.recover('one', body);
  await ended(client, request);
}

async function ended(client: Client, request: string): Promise<void> {
  await expect
    .poll(async () => (await client.request(request)).run?.outcome, { timeout: 20_000 })
    .toBe('succeeded');
}

async function refusal(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.catch((caught: unknown) => caught);
  if (error instanceof ApiError) return `${error.problem.status} ${error.problem.code}`;
  throw new Error('it was not refused', { cause: error });
}

test('resync, hard resync, recreate, resolve and undo, each planned, asked for, done by a run and told', async () => {
  const left = openTracker('left');
  let refuses = true;
  const right = openTracker('right', {
    before: async (kind) => {
      if (kind !== 'write' || !refuses) return;
      const { ConnectorError } = await import('@lockstep/sdk');
      throw new ConnectorError('rejected', 'not today');
    },
  });
  const { client, server } = await serving.start();
  await configureOne(client, {
    types: [{ left: 'Task', right: 'Task', fields: [PRIORITY, 'Status <-> Status'] }],
  });
  const id = left.create('sync', { title: 'first' });
  await client.enable('one', { resume: 'all' });
  await ended(client, (await client.run('one')).request);

  // A failed creation: recreate is offered, and nothing that needs a counterpart.
  expect((await client.parked('one')).items).toMatchObject([{ id, actions: ['recreate'] }]);
  expect((await client.items('one')).items[0]).toMatchObject({ actions: ['recreate'] });
  expect(await refusal(client.recover('one', { action: 'hard-resync', items: [id] }))).toBe(
    '409 no-counterpart',
  );
  expect(await refusal(client.recover('one', { action: 'resync', items: ['nobody'] }))).toBe(
    '404 unknown-item',
  );
  expect(await refusal(client.recover('one', { action: 'resync' }))).toBe('400 invalid-request');
  const recreate = { action: 'recreate', parked: 'rejected' } as const;
  expect(await client.planRecovery('one', recreate)).toMatchObject({ chosen: 1, counts: { create: 1 } });
  refuses = false;
  await ask(client, recreate);
  expect([...right.items.values()].map(({ fields }) => fields['title'])).toEqual(['first']);
  expect(await refusal(client.recover('one', { action: 'recreate', items: [id] }))).toBe(
    '409 has-counterpart',
  );
  expect(await refusal(client.recover('one', { action: 'undo', items: [id] }))).toBe('409 nothing-to-undo');
  const copy = [...right.items.keys()][0] as string;

  // A hard resync shows what it would overwrite, and overwrites that.
  right.edit('sync', copy, { title: 'theirs' });
  const hard: RecoveryInput = { action: 'hard-resync', items: [id], from: 'left' };
  const plan = await client.planRecovery('one', hard);
  expect(plan.entries[0]?.fields).toMatchObject([{ side: 'right', before: 'theirs', after: 'first' }]);
  await ask(client, hard);
  expect(right.item(copy).fields['title']).toBe('first');
  const [record] = (await client.items('one')).items;
  expect(record?.actions).toEqual(['resync', 'hard-resync', 'undo']);
  const run = (await client.runs('one')).items.find(({ right: its }) => its?.updated === 1)?.id ?? '';

  // Its undo brings it back, and the two differ from then on.
  const undo = { action: 'undo', run } as const;
  expect(await client.planRecovery('one', undo)).toMatchObject({ chosen: 1, fields: 1, leftAlone: 0 });
  await ask(client, undo);
  expect([left.item(id).fields['title'], right.item(copy).fields['title']]).toEqual(['first', 'theirs']);
  await ask(client, { action: 'resync', items: [id] });
  expect([left.item(id).fields['title'], right.item(copy).fields['title']]).toEqual(['first', 'theirs']);
  expect(await client.planRecovery('one', undo)).toMatchObject({ fields: 0, leftAlone: 0 });

  // A conflict waits, and ends as somebody says.
  left.edit('sync', id, { title: 'ours' });
  right.edit('sync', copy, { title: 'also theirs' });
  await ended(client, (await client.run('one')).request);
  const [conflict] = (await client.conflicts('one', { open: true })).items;
  const resolve: RecoveryInput = { action: 'resolve', conflicts: [conflict?.id ?? ''], choice: 'right' };
  expect(await refusal(client.recover('one', { action: 'resolve', conflicts: ['x'], choice: 'left' }))).toBe(
    '404 unknown-conflict',
  );
  expect(await refusal(client.recover('one', { action: 'resolve' }))).toBe('400 invalid-request');
  expect(
    await client.planRecovery('one', { action: 'resolve', field: 'title', choice: 'right' }),
  ).toMatchObject({
    chosen: 1,
    fields: 1,
  });
  await ask(client, resolve);
  expect(left.item(id).fields['title']).toBe('also theirs');
  const who = (await client.conflicts('one')).items.find((one) => one.id === conflict?.id)?.resolvedBy;
  expect(who).toBeDefined();
  expect(await refusal(client.recover('one', resolve))).toBe('409 conflict-over');

  // Nothing is kept while it is disabled; a plan can be made.
  await client.disable('one', { why: 'test' });
  expect(await refusal(client.recover('one', hard))).toBe('409 integration-disabled');
  expect(await client.planRecovery('one', hard)).toMatchObject({ chosen: 1 });
  const told = (await client.audit()).items.map(({ who: by, action }) => `${by}: ${action}`);
  expect(told).toContain(`${who}: asked for hard-resync`);
  await server.stop();
  await pausesTakeWishes(id, hard);
});

/** What was asked for and not yet done, by each way of going on after a pause. */
async function pausesTakeWishes(id: string, hard: RecoveryInput): Promise<void> {
  // Nothing runs here: what is asked for waits.
  const { client } = await serving.start({ concurrency: 0 });
  await client.enable('one', { resume: 'all' });
  await client.recover('one', hard);
  await client.recover('one', { action: 'resync', items: [id] });
  for (const mode of ['all', 'recent'] as const) {
    await client.disable('one');
    const { modes } = await client.estimate('one');
    expect(modes).toMatchObject({
      all: { asked: 2, dropped: 0 },
      recent: { asked: 2, dropped: 0 },
      none: { asked: 0, dropped: 2 },
    });
    expect((await client.enable('one', { resume: mode })).dropped).toBeUndefined();
  }
  await client.disable('one');
  expect((await client.enable('one', { resume: 'none', why: 'from now' })).dropped).toBe(2);
  expect((await client.statusChanges('one')).items[0]).toMatchObject({ resume: 'none', dropped: 2 });
  const { dropped } = await client.itemHistory('one', { side: 'left', id });
  expect(dropped.map(({ asked }) => asked).toSorted()).toEqual(['hard-resync', 'resync']);
  expect(dropped[0]).toMatchObject({ who: expect.any(String), droppedBy: expect.any(String) });
  await client.disable('one');
  expect((await client.estimate('one')).modes.none.dropped).toBe(0);
}
