import { expect, it } from 'vitest';
import type { TypeMapping } from '../configuration/integration.ts';
import { World } from '../testing/world.ts';

const TASK: TypeMapping = {
  left: 'task',
  right: 'task',
  fields: [{ left: 'title', right: 'title' }],
};

it('leaves items alone while their type mapping is switched off, and carries what changed once it is on (P5, P2)', async () => {
  const world = new World({ configuration: { types: [TASK] } });
  const id = world.left.create('alice', { title: 'One' });
  await world.run();
  Object.assign(world.configuration, { types: [{ ...TASK, enabled: false }] });
  world.left.edit('alice', id, { title: 'Two' });
  world.left.create('alice', { title: 'Another' });
  const before = world.writes();
  const plan = await world.plan();
  expect(plan.entries.map((entry) => entry.reason)).toEqual(
    Array.from({ length: 2 }, () => 'the type mapping Task ↔ Task is switched off'),
  );
  await world.run();
  expect(world.writes()).toBe(before);

  Object.assign(world.configuration, { types: [TASK] });
  world.left.edit('alice', id, { priority: 'high' });
  await world.run();
  expect([...world.right.items.keys()].map((one) => world.right.show(one).fields['title'])).toEqual(['Two']);
});

it('tells what vanished from a tracker, and keeps the rest in step', async () => {
  const fields = ['title', 'sprint', 'status'].map((id) => ({ left: id, right: id }));
  const derived = [{ to: 'right', field: 'description', template: '${left.sprint}' }] as const;
  const world = new World({ configuration: { types: [{ ...TASK, fields, derived }] } });
  world.left.create('alice', { title: 'One', status: 'doing' });
  const summary = await world.run();
  expect(summary).toMatchObject({
    outcome: 'succeeded',
    message: expect.stringMatching(/no longer fits the trackers: .*“sprint”.* \(and 2 more\)/) as string,
  });
  expect(world.right.show('1').fields).toMatchObject({ title: 'One', status: 'doing' });
  expect(world.state.log.filter((line) => line.text.startsWith('mapping, types.0'))).toHaveLength(3);
});

it('gives an item what a status asks for, and leaves what somebody has written there (P4)', async () => {
  const status = {
    left: 'status',
    right: 'status',
    transitions: { right: { Rejected: { severity: 'Minor' } } },
  };
  const world = new World({ configuration: { types: [{ ...TASK, fields: [...TASK.fields, status] }] } });
  const made = world.left.create('alice', { title: 'One', status: 'rejected' });
  const later = world.left.create('alice', { title: 'Two' });
  const own = world.left.create('alice', { title: 'Three' });
  await world.run();
  const titled = (title: string) => {
    const all = [...world.right.items.keys()].map((id) => world.right.show(id));
    return all.find((item) => item.fields['title'] === title);
  };
  world.right.edit('u-bob', titled('Three')?.id ?? '', { severity: 'critical' });
  // Nobody maps the field, so that no base knows of it.
  await world.run();
  for (const id of [later, own]) world.left.edit('alice', id, { status: 'rejected' });
  await world.run();
  expect(made).not.toBe('');
  expect(['One', 'Two', 'Three'].map((title) => titled(title)?.fields['severity'])).toEqual([
    'minor',
    'minor',
    'critical',
  ]);
  const before = world.writes();
  await world.run();
  expect(world.writes()).toBe(before);
});

it('fills a field once on a way through several statuses, and keeps what is there by then (P4)', async () => {
  const status = {
    left: 'status',
    right: 'status',
    transitions: { right: { 'In progress': { severity: 'Minor' }, Done: { severity: 'Major' } } },
  };
  const type = { ...TASK, fields: [...TASK.fields, status] };
  const world = new World({ configuration: { types: [type] }, quirks: { right: { workflow: true } } });
  const id = world.left.create('alice', { title: 'One', status: 'open' });
  await world.run();
  world.left.edit('alice', id, { status: 'done' });
  await world.run();
  expect(world.right.show('1').fields).toMatchObject({ status: 'done', severity: 'minor' });
});

it('keeps pairs of a deleted type mapping and leaves them alone, and goes on when it is back (P5, P2)', async () => {
  const world = new World({ configuration: { types: [TASK] } });
  const id = world.left.create('alice', { title: 'One' });
  await world.run();
  Object.assign(world.configuration, { types: [] });
  world.left.edit('alice', id, { title: 'Two' });
  const before = world.writes();
  await world.run();
  expect(world.writes()).toBe(before);
  const [pair] = [...world.state.pairs.values()];
  expect(pair).toMatchObject({ state: 'active', left: { heldBack: 'type “task” is not mapped' } });
  Object.assign(world.configuration, { types: [TASK] });
  world.state.mark('left', id, new Date(world.time).toISOString());
  await world.run();
  expect(world.right.show('1').fields['title']).toBe('Two');
});

it('parks an option without counterpart as a missing option, and goes on with the rest', async () => {
  const priority = { left: 'priority', right: 'priority', options: [{ left: 'Low', right: 'Low' }] };
  const world = new World({ configuration: { types: [{ ...TASK, fields: [...TASK.fields, priority] }] } });
  world.left.create('alice', { title: 'One', priority: 'urgent' });
  await world.run();
  expect([...world.state.parked.values()]).toMatchObject([{ kind: 'missing-option' }]);
  expect(world.right.show('1').fields['title']).toBe('One');
});
