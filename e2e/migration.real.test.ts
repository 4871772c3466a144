import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client, Migration } from '@lockstep/api';
import { INTEGRATION } from './prove-real/integration.ts';
import type { FoundItem } from './prove-real/state.ts';
import { Stage } from './testing/stage.ts';

let stage: Stage;

const here = { token: '', title: '' };
const there = { token: '', title: '' };

beforeAll(async () => {
  stage = await Stage.open('Older');
  Object.assign(here, stage.title('Old issue'));
  Object.assign(there, stage.title('Old ticket'));
  const issue = await stage.desks.redmine.create('alice', { title: here.title }, 'It stops\n\n- every day');
  await stage.desks.redmine.edit('alice', issue, { status: 'Feedback' });
  await stage.desks.redmine.comment('bob', issue, 'Since last year.', false);
  await stage.desks.rt.create(
    'bob',
    { title: there.title, status: 'resolved', details: 'Room 12.' },
    'Please bring one.',
  );
});
afterAll(() => stage.close());

const lastChange = ({ createdAt, changes }: FoundItem): number =>
  Math.max(createdAt, ...changes.map(({ at }) => at));

async function migrate(client: Client, from: 'left' | 'right'): Promise<Migration> {
  const { id } = await client.startMigration(INTEGRATION, { from });
  await expect.poll(async () => (await client.migration(id)).state, { timeout: 90_000 }).toBe('done');
  return client.migration(id);
}

it('brings older issues and tickets to the other side once, with author and dates in the text (P1, P3)', async () => {
  // Both trackers tell time in seconds: only what is older by some is surely older.
  const made = Math.max(...[...(await stage.look()).redmine, ...(await stage.look()).rt].map(lastChange));
  await expect.poll(() => Date.now() - made, { timeout: 10_000 }).toBeGreaterThan(4_000);
  const { startFrom: _ever, ...document } = stage.document();
  await stage.put(document);
  await stage.run();
  expect((await stage.desks.rt.find(here.token)).length).toBe(0);
  const plan = await stage.client.planMigration(INTEGRATION, { from: 'left' });
  expect(plan.counts).toEqual({ create: 1 });
  expect((await migrate(stage.client, 'left')).outcomes).toEqual({ created: 1 });
  const right = await migrate(stage.client, 'right');
  expect(right.outcomes).toEqual({ created: 1, skipped: 1 });

  const old = await stage.pair(here.token);
  expect(old.rt.createdBy).toBe('lockstep');
  expect(old.rt.fields.details).toMatch(
    /^It stops\s+- every day\s+Written by Alice Archer on \d{4}-\d\d-\d\d \d\d:\d\d UTC, .*and migrated\.$/,
  );
  expect(old.rt.comments).toHaveLength(1);
  expect(old.rt.comments[0]?.body).toMatch(/^\**Bob Baker, \d{4}-\d\d-\d\d \d\d:\d\d UTC:/);
  const other = await stage.pair(there.token);
  expect(other.redmine.fields.status).toBe('Resolved');
  expect(other.redmine.fields.details).toMatch(/^Room 12\.\s+Written by bob on .*and migrated\.$/);

  const before = await stage.look();
  await stage.run();
  await stage.run();
  const after = await stage.look();
  for (const side of ['redmine', 'rt'] as const)
    expect(after[side].map(({ updatedAt }) => updatedAt)).toEqual(
      before[side].map(({ updatedAt }) => updatedAt),
    );
});

it('keeps that paragraph on the copy and off the original when people go on writing', async () => {
  const { rt, redmine } = await stage.pair(here.token);
  await stage.desks.redmine.rewrite('alice', redmine.id, (text) => text.replace('every day', 'every hour'));
  await stage.run();
  expect((await stage.pair(here.token)).rt.fields.details).toMatch(/every hour\s+Written by Alice Archer/);
  await stage.desks.rt.rewrite('bob', rt.id, (text) => text.replace('It stops', 'It still stops'));
  await stage.run();
  const found = await stage.pair(here.token);
  expect(found.redmine.fields.details).toMatch(/^It still stops\s+- every hour\s*$/);
  expect(found.rt.fields.details).toMatch(/^It still stops\s+- every hour\s+Written by Alice Archer/);
});
