import { expect, it } from 'vitest';
import type { ScriptPort } from '../ports/script.ts';
import { World } from '../testing/world.ts';

interface Write {
  readonly side: string;
  readonly isNew: boolean;
  readonly source: { readonly key: string; readonly fields: Record<string, unknown> };
  readonly target: { readonly fields: Record<string, unknown> } | null;
  readonly fields: Record<string, unknown>;
}

type Hook = (given: never, host: Parameters<ScriptPort['call']>[0]['host']) => unknown;

/** Hooks as plain functions: what plays them for real is tested with the server. */
function script(hooks: Readonly<Record<string, Hook>>): ScriptPort {
  return {
    hooks: Object.keys(hooks),
    call: async ({ hook, given, host }) => hooks[hook]?.(structuredClone(given) as never, host),
  };
}

const TITLES = { fields: ['title', 'status', 'labels'].map((id) => ({ left: id, right: id })) };

it('changes what is written, in words, and what it wrote does not come back (P3)', async () => {
  const seen: Write[] = [];
  const beforeWrite = (write: Write) => {
    seen.push(write);
    return {
      ...write.fields,
      ...('Title' in write.fields ? { Title: `[L] ${String(write.fields['Title'])}` } : {}),
    };
  };
  const world = new World({ type: TITLES, script: script({ beforeWrite }) });
  world.left.create('alice', { title: 'One', status: 'open' });
  await world.run();
  expect(world.right.item('1').fields['title']).toBe('[L] One');
  expect(seen[0]).toMatchObject({
    side: 'right',
    isNew: true,
    target: null,
    fields: { Title: 'One', Status: 'Open' },
  });
  world.time += 60_000;
  world.left.edit('alice', '1', { title: 'Two', status: 'doing' });
  await world.run();
  expect(seen.at(-1)).toMatchObject({
    isNew: false,
    source: { fields: { Title: 'Two', Status: 'In progress' } },
    target: { fields: { Title: '[L] One', Status: 'Open' } },
    fields: { Title: 'Two', Status: 'In progress' },
  });
  expect(world.right.item('1').fields).toMatchObject({ title: '[L] Two', status: 'doing' });
  const written = world.writes();
  await world.run();
  await world.run();
  expect(world.writes()).toBe(written);
  expect(world.left.item('1').fields['title']).toBe('Two');
});

it('leaves out what it takes away, until somebody changes it again (P2, P3)', async () => {
  let keeps = true;
  const beforeWrite = ({ fields: { Status, ...rest }, isNew }: Write) =>
    isNew || !keeps ? { ...rest, ...(Status === undefined ? {} : { Status }) } : rest;
  const world = new World({ type: TITLES, script: script({ beforeWrite }) });
  world.left.create('alice', { title: 'One', status: 'open' });
  await world.run();
  world.time += 60_000;
  world.left.edit('alice', '1', { title: 'Two', status: 'doing' });
  await world.run();
  expect(world.right.item('1').fields).toMatchObject({ title: 'Two', status: 'open' });
  const written = world.writes();
  await world.run();
  expect(world.writes()).toBe(written);
  expect(world.left.item('1').fields['status']).toBe('doing');
  keeps = false;
  world.time += 60_000;
  world.left.edit('alice', '1', { status: 'done' });
  await world.run();
  expect(world.right.item('1').fields['status']).toBe('done');
});

it('sets fields that no mapping names, with a journal entry, once (P3, P4)', async () => {
  const beforeWrite = ({ fields, source }: Write) => ({
    ...fields,
    Due: '2030-01-31',
    Reference: source.key,
  });
  const world = new World({ type: TITLES, script: script({ beforeWrite }) });
  world.left.create('alice', { title: 'One' });
  await world.run();
  expect(world.right.item('1').fields).toMatchObject({ due: '2030-01-31' });
  world.time += 60_000;
  world.right.edit('u-bob', '1', { due: '2031-01-01' });
  world.left.edit('alice', '1', { title: 'Two' });
  await world.run();
  expect(world.right.item('1').fields).toMatchObject({ title: 'Two', due: '2030-01-31' });
  expect([...world.state.syncs.values()].flatMap((sync) => sync.journal)).toContainEqual(
    expect.objectContaining({
      field: 'due',
      before: '2031-01-01',
      after: '2030-01-31',
      reason: 'the script set it',
    }),
  );
  const written = world.writes();
  await world.run();
  expect(world.writes()).toBe(written);
});

it('parks the item that it refuses, with its words, and no other (P8)', async () => {
  const beforeWrite = ({ fields }: Write) => {
    if (fields['Title'] === 'Bad') throw new Error('script, line 3: no due date');
    return fields['Title'] === 'Wrong' ? { ...fields, Status: 'Nowhere' } : fields;
  };
  const world = new World({ type: TITLES, script: script({ beforeWrite }) });
  for (const title of ['Bad', 'Wrong', 'Good']) world.left.create('alice', { title });
  const planned = await world.plan();
  expect(planned.entries.map(({ action }) => action).toSorted()).toEqual(['create', 'park', 'park']);
  expect((await world.run()).outcome).toBe('succeeded');
  expect([...world.right.items.values()].map(({ fields }) => fields['title'])).toEqual(['Good']);
  expect([...world.state.parked.values()].map(({ kind, reason }) => `${kind}: ${reason}`).toSorted()).toEqual(
    [
      'rejected: beforeWrite: “Status” takes one of “Open”, “In progress”, “Done”, “Rejected”, not "Nowhere"',
      'rejected: script, line 3: no due date',
    ],
  );
});

it('shows in the plan what it would write', async () => {
  const beforeWrite = ({ fields }: Write) => ({ ...fields, Title: 'Scripted' });
  const world = new World({ type: TITLES, script: script({ beforeWrite }) });
  world.left.create('alice', { title: 'One' });
  const { entries } = await world.plan();
  expect(entries[0]?.fields).toContainEqual(expect.objectContaining({ field: 'title', after: 'Scripted' }));
  expect(world.writes()).toBe(0);
});

it('changes comments and keeps some back; reads items through their tracker', async () => {
  const beforeComment = async (
    { body, source }: { body: string; source: { id: string } },
    host: Parameters<ScriptPort['call']>[0]['host'],
  ) => {
    if (body.startsWith('#')) return null;
    const item = (await host['read']?.('left', source.id)) as { fields: { Title: string } };
    return body === 'as it is' ? undefined : `${body} (${item.fields.Title})`;
  };
  const world = new World({ script: script({ beforeComment }) });
  const id = world.left.create('alice', { title: 'One' });
  for (const body of ['changed', 'as it is', '# not this']) world.left.comment('alice', id, body);
  await world.run();
  const bodies = world.right.item('1').comments.map(({ body }) => body.split('\n').at(-1));
  expect(bodies).toEqual(['changed (One)', 'as it is']);
  const written = world.writes();
  await world.run();
  expect(world.writes()).toBe(written);
});

it('can end a run before anything is read', async () => {
  const beforeRun = () => {
    throw new Error('script, line 1: not on Sundays');
  };
  const world = new World({ script: script({ beforeRun }) });
  world.left.create('alice', { title: 'One' });
  expect(await world.run()).toMatchObject({ outcome: 'failed', message: 'script, line 1: not on Sundays' });
  expect(world.writes()).toBe(0);
});
