import type { CallKind } from '@lockstep/connectors';
import { ConnectorError } from '@lockstep/sdk';
import { describe, expect, it } from 'vitest';
import { pairOf, titles } from '../testing/one-pair.ts';
import { World } from '../testing/world.ts';

describe('a run', () => {
  it('creates counterparts on both sides and then has nothing to do (P1, P3, P7)', async () => {
    const world = new World();
    world.left.create('alice', {
      title: 'From left',
      assignee: 'bob',
      labels: ['a', 'b'],
      due: '2026-02-03',
    });
    world.right.create('u-bob', { title: 'From right', status: 'doing', severity: 'major' });
    const first = await world.run();
    expect(first.outcome).toBe('succeeded');
    expect(titles(world.left).toSorted()).toEqual(['From left', 'From right']);
    expect(titles(world.right).toSorted()).toEqual(['From left', 'From right']);
    expect(world.right.item('2').fields).toMatchObject({
      assignee: 'u-bob',
      labels: ['a', 'b'],
      due: '2026-02-03',
    });
    expect(world.left.item('2').fields).toMatchObject({ status: 'doing', severity: 'major' });
    const written = world.writes();
    await world.run();
    await world.run();
    expect(world.writes()).toBe(written);
  });

  it('carries an edit, and merges edits of different passages of one text (P2, P7)', async () => {
    const world = await pairOf();
    world.left.edit('alice', '1', {
      title: 'One, edited',
      description: 'FIRST line\n\nsecond line\n\nthird line',
    });
    world.right.edit('u-bob', '1', { description: 'first line\n\nsecond line\n\nthird line, longer' });
    await world.run();
    expect(world.right.item('1').fields).toMatchObject({
      title: 'One, edited',
      description: 'FIRST line\n\nsecond line\n\nthird line, longer',
    });
    expect(world.left.item('1').fields['description']).toBe(world.right.item('1').fields['description']);
  });

  it('keeps the losing value of a conflict with author and time (P2, P4)', async () => {
    const world = await pairOf();
    world.left.edit('alice', '1', { priority: 'low' });
    world.time += 5_000;
    world.right.edit('u-bob', '1', { priority: 'urgent' });
    await world.run();
    expect(world.left.item('1').fields['priority']).toBe('urgent');
    expect([...world.state.conflicts.values()]).toMatchObject([
      { outcome: 'right', left: { value: 'low', by: 'alice' }, right: { value: 'urgent', by: 'bob' } },
    ]);
  });

  it('leaves both values and opens a conflict when the policy is to ask (P4)', async () => {
    const world = await pairOf({ type: { fields: [{ left: 'title', right: 'title', policy: 'ask' }] } });
    world.left.edit('alice', '1', { title: 'Mine' });
    world.right.edit('u-bob', '1', { title: 'Yours' });
    await world.run();
    await world.run();
    expect(world.left.item('1').fields['title']).toBe('Mine');
    expect(world.right.item('1').fields['title']).toBe('Yours');
    expect([...world.state.conflicts.values()].map((one) => one.outcome)).toEqual(['open']);
  });

  it('carries comments and files once, private ones only as private ones (P1, P6)', async () => {
    const world = await pairOf();
    world.left.comment('alice', '1', 'Hello');
    world.left.comment('alice', '1', 'Secret', 'private');
    world.left.comment('alice', '1', 'Who knows', 'unknown');
    world.left.attach('alice', '1', 'log.txt', Buffer.from('content'));
    await world.run();
    await world.run();
    world.right.edit('u-bob', '1', { due: '2026-05-05' });
    await world.run();
    const { comments, files } = world.right.item('1');
    expect(comments.map((one) => [one.body.includes('Secret'), one.visibility])).toEqual([
      [false, 'public'],
      [true, 'private'],
    ]);
    expect(files.map((file) => Buffer.from(file.content).toString())).toEqual(['content']);
    expect(world.left.item('1').comments).toHaveLength(3);
  });

  it('never sends a private comment to a tracker that cannot keep it private (P6)', async () => {
    const world = await pairOf({ quirks: { right: { privateComments: false } } });
    world.left.comment('alice', '1', 'Secret', 'private');
    await world.run();
    expect(world.right.item('1').comments).toEqual([]);
  });

  it('parks what the tracker accepts and does not store, and carries the rest (P2, P8)', async () => {
    const world = await pairOf({ quirks: { right: { drops: ['severity'] } } });
    world.left.edit('alice', '1', { severity: 'major', title: 'Other' });
    await world.run();
    expect(world.right.item('1').fields).toMatchObject({ title: 'Other' });
    expect([...world.state.parked.values()]).toMatchObject([{ side: 'left', id: '1', field: 'severity' }]);
  });

  it("carries the comments of an item that was only read for the sake of the other side's edit (P2)", async () => {
    let isDown = false;
    const before = (kind: CallKind): void => {
      if (kind === 'read' && isDown) throw new ConnectorError('unavailable', 'no answer');
    };
    const world = await pairOf({
      hooks: { right: { before } },
      quirks: { right: { parts: false, versioning: 'exact' } },
    });
    world.left.edit('alice', '1', { priority: 'low' });
    isDown = true;
    expect((await world.run()).outcome).toBe('failed');
    isDown = false;
    world.time += 20_000;
    world.right.edit('u-bob', '1', { priority: 'urgent' });
    world.right.comment('u-bob', '1', 'See the phone log');
    await world.run();
    await world.run();
    expect(
      world.left
        .item('1')
        .comments.map((one) => one.body)
        .join(),
    ).toContain('See the phone log');
  });

  it('reads the feed on where a rate limit refused a page (P2)', async () => {
    let lists = 0;
    const before = (kind: CallKind): void => {
      if (kind === 'list' && (lists += 1) % 2 === 0)
        throw new ConnectorError('rate-limited', 'too many requests');
    };
    const world = new World({ quirks: { left: { pageSize: 2 } }, hooks: { left: { before } } });
    for (let item = 1; item <= 7; item += 1) world.left.create('alice', { title: `Item ${item}` });
    await world.run();
    await world.run();
    expect(titles(world.right)).toHaveLength(7);
  });

  it('parks a poisonous item and syncs the others (P8)', async () => {
    const world = new World({
      type: {
        fields: [
          { left: 'title', right: 'title' },
          {
            left: 'priority',
            right: 'priority',
            options: [
              { left: 'low', right: 'low' },
              { left: 'normal', right: 'normal' },
            ],
          },
        ],
      },
    });
    world.left.create('alice', { title: 'Bad', priority: 'urgent' });
    world.left.create('alice', { title: 'Good' });
    const summary = await world.run();
    expect(summary.outcome).toBe('succeeded');
    expect(titles(world.right)).toContain('Good');
    expect([...world.state.parked.values()].map((one) => one.reason).join()).toContain('Urgent');
  });

  it('sees an edit made in the same second as its own write (P2)', async () => {
    const quirks = { versioning: 'timestamp', timestampStep: 1_000 } as const;
    const world = await pairOf({ quirks: { left: quirks, right: quirks } });
    world.time = Math.ceil(world.time / 1_000) * 1_000;
    world.left.edit('alice', '1', { title: 'Two' });
    await world.run();
    world.right.edit('u-bob', '1', { due: '2026-07-07' });
    await world.run();
    await world.run();
    expect(world.left.item('1').fields).toMatchObject({ title: 'Two', due: '2026-07-07' });
  });

  it('walks a status through the workflow', async () => {
    const world = await pairOf({ quirks: { right: { workflow: true } } });
    world.left.edit('alice', '1', { status: 'done' });
    await world.run();
    expect(world.right.item('1').fields['status']).toBe('done');
  });

  it('stops before the first write when too much would be overwritten', async () => {
    const world = new World({ configuration: { brakes: { share: 0.1, atLeast: 20 } } });
    for (let index = 0; index < 30; index += 1) world.left.create('alice', { title: `Item ${index}` });
    await world.run();
    world.time += 60_000;
    for (let index = 1; index <= 30; index += 1) world.left.edit('alice', String(index), { title: 'gone' });
    const written = world.writes();
    const braked = await world.run();
    expect(braked).toMatchObject({ outcome: 'braked' });
    expect(world.writes()).toBe(written);
    expect(await world.run({ force: true })).toMatchObject({ outcome: 'succeeded' });
    expect(new Set(titles(world.right))).toEqual(new Set(['gone']));
  });

  it('stops a pair that two trackers rewrite without end', async () => {
    let rules = true;
    const trackers: Partial<Pick<World, 'left' | 'right'>> = {};
    const rule = (side: 'left' | 'right') => ({
      after(kind: string) {
        const tracker = trackers[side];
        if (kind === 'readBack' && rules && tracker?.items.has('1') === true) {
          tracker.edit('sync', '1', { title: `${String(tracker.item('1').fields['title'])}!` });
        }
      },
    });
    const world = new World({ hooks: { left: rule('left'), right: rule('right') } });
    Object.assign(trackers, { left: world.left, right: world.right });
    world.left.create('alice', { title: 'Ping' });
    for (let round = 0; round < 12; round += 1) await world.run();
    expect([...world.state.parked.values()].map((one) => one.kind)).toContain('oscillation');
    const written = world.writes();
    await world.run();
    expect(world.writes()).toBe(written);
    rules = false;
  });

  it('leaves what one-way fields, filters and the start keep out (P5)', async () => {
    const world = await pairOf({
      type: {
        fields: [
          { left: 'title', right: 'title' },
          { left: 'due', right: 'due', direction: 'to-right' },
        ],
      },
      configuration: {
        left: {
          connection: 'left',
          scope: {},
          filters: { new: { field: 'title', is: 'not contains', value: 'draft' } },
        },
      },
    });
    world.right.edit('u-bob', '1', { due: '2026-07-07' });
    world.left.create('alice', { title: 'A DRAFT' });
    await world.run();
    expect(world.left.item('1').fields['due']).toBeUndefined();
    expect(world.right.items.size).toBe(1);
    expect([...world.state.ledger.values()].find((entry) => entry.id === '2')?.skipped).toContain(
      'filter NEW',
    );
  });

  it('calls an item gone only after a second look, then follows the policy', async () => {
    const world = await pairOf({ configuration: { deletion: { right: 'unlink' } } });
    world.left.create('alice', { title: 'Another' });
    await world.run();
    world.right.delete('1');
    world.left.edit('alice', '1', { title: 'Still here' });
    await world.run();
    expect([...world.state.pairs.values()][0]?.state).toBe('active');
    world.time += 3_600_000;
    await world.run();
    expect([...world.state.pairs.values()][0]?.state).toBe('unlinked');
    expect(titles(world.left)).toEqual(['Still here', 'Another']);
  });

  it('takes lost rights for no deletion, and carries what was done meanwhile (P2)', async () => {
    const world = await pairOf({
      quirks: { right: { versioning: 'exact' } },
      configuration: { deletion: { right: 'delete' } },
    });
    world.left.create('alice', { title: 'Another' });
    await world.run();
    world.time += 3_600_000;
    await world.run();
    world.right.isBlind = true;
    world.right.edit('u-bob', '1', { due: '2026-04-04' });
    world.left.edit('alice', '1', { priority: 'low' });
    await world.run();
    world.time += 3_600_000;
    await world.run();
    expect(titles(world.right)).toEqual(['One', 'Another']);
    expect([...world.state.parked.values()].map((one) => one.kind)).toEqual(['gone']);
    world.right.isBlind = false;
    world.time += 3_600_000;
    await world.run();
    await world.run();
    expect(world.state.parked.size).toBe(0);
    expect(world.right.item('1').fields['priority']).toBe('low');
    expect(world.left.item('1').fields['due']).toBe('2026-04-04');
  });

  it('carries an edit made while the counterpart was deleted, once it is restored (P2)', async () => {
    const world = await pairOf();
    world.left.create('alice', { title: 'Another' });
    await world.run();
    world.left.delete('1');
    world.right.edit('u-bob', '1', { priority: 'low' });
    await world.run();
    world.time += 3_600_000;
    await world.run();
    world.left.restore('alice', '1');
    await world.run();
    expect(world.left.item('1').fields['priority']).toBe('low');
  });
});
