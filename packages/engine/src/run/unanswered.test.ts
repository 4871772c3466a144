import type { CallKind } from '@lockstep/connectors';
import { ConnectorError } from '@lockstep/sdk';
import { describe, expect, it } from 'vitest';
import { pairOf, titles } from '../testing/one-pair.ts';
import { World } from '../testing/world.ts';

describe('a write that nobody answered', () => {
  it('takes a value set on a copy before its creation was known for an edit (P2, P4)', async () => {
    let lost = false;
    const after = (kind: CallKind): void => {
      if (kind !== 'write' || lost) return;
      lost = true;
      throw new ConnectorError('ambiguous', 'answer lost');
    };
    const world = new World({ hooks: { right: { after } } });
    world.left.create('alice', { title: 'One', priority: 'normal' });
    await world.run();
    world.right.edit('u-bob', '1', { priority: 'urgent' });
    world.time += 60_000;
    await world.run();
    expect(world.left.item('1').fields['priority']).toBe('urgent');
    expect(world.right.item('1').fields['priority']).toBe('urgent');
    expect(world.right.items.size).toBe(1);
  });

  it('keeps a comment parked until its unanswered creation is known (P1, P2)', async () => {
    let sent = 0;
    const before = (kind: CallKind): void => {
      if (kind === 'comment' && (sent += 1) === 1) throw new ConnectorError('ambiguous', 'answer lost');
    };
    const world = await pairOf({
      hooks: { right: { before } },
      quirks: { right: { answerHorizon: 60_000 } },
    });
    world.left.comment('alice', '1', 'First');
    world.left.comment('alice', '1', 'Second');
    await world.run();
    world.time += 20_000;
    await world.run();
    expect([...world.state.parked.values()].map((one) => one.kind)).toContain('ambiguous');
    world.time += 60_000;
    await world.run();
    expect(world.right.item('1').comments.map((one) => one.body.split('\n').at(-1))).toEqual([
      'First',
      'Second',
    ]);
    expect(world.state.parked.size).toBe(0);
  });

  it.each([-600_000, 600_000])('misses nothing where a clock is %i ms off (P2, P3)', async (skew) => {
    const world = await pairOf({
      quirks: { right: { versioning: 'timestamp', timestampStep: 1_000 } },
      skew: { right: skew },
      configuration: { startFrom: '2025-12-01T00:00:00.000Z' },
    });
    for (const due of ['2026-03-01', '2026-03-02', '2026-03-03']) {
      world.right.edit('u-bob', '1', { due });
      await world.run();
      expect(world.left.item('1').fields['due']).toBe(due);
    }
    world.time += 60_000;
    await world.run();
    const before = world.left.counts.read + world.right.counts.read;
    await world.run();
    expect(world.left.counts.read + world.right.counts.read).toBe(before);
  });

  it('knows an item again that was gone while its creation was unanswered (P1)', async () => {
    let isLost = true;
    const after = (kind: CallKind): void => {
      if (kind !== 'write' || !isLost) return;
      isLost = false;
      throw new ConnectorError('ambiguous', 'answer lost');
    };
    const world = new World({ hooks: { right: { after } } });
    world.left.create('alice', { title: 'One' });
    await world.run();
    world.left.delete('1');
    world.time += 60_000;
    await world.run();
    await world.run();
    expect(titles(world.left)).toEqual([]);
    world.left.restore('alice', '1');
    world.left.edit('alice', '1', { due: '2026-05-05' });
    world.right.edit('u-bob', '1', { priority: 'urgent' });
    await world.run();
    await world.run();
    expect([titles(world.left), titles(world.right)]).toEqual([['One'], ['One']]);
    expect(world.left.item('1').fields['priority']).toBe('urgent');
    expect(world.right.item('1').fields['due']).toBe('2026-05-05');
  });

  it('tells in the journal whose change it was, when an update that was not answered is found (P4)', async () => {
    let isLost = false;
    const after = (kind: CallKind): void => {
      if (kind !== 'write' || !isLost) return;
      isLost = false;
      throw new ConnectorError('ambiguous', 'answer lost');
    };
    const world = await pairOf({ hooks: { right: { after } } });
    isLost = true;
    world.left.edit('alice', '1', { title: 'Two' });
    await world.run();
    world.time += 60_000;
    await world.run();
    const journal = world.state.syncs.flatMap((sync) => sync.journal);
    expect(journal.filter(({ reason }) => reason.includes('had taken effect'))).toEqual([
      expect.objectContaining({ side: 'right', field: 'title', before: 'One', after: 'Two', by: 'alice' }),
    ]);
  });

  it('does not send a comment again whose item was out of sight when it was looked for (P1)', async () => {
    let isLost = true;
    const after = (kind: CallKind): void => {
      if (kind !== 'comment' || !isLost) return;
      isLost = false;
      throw new ConnectorError('ambiguous', 'answer lost');
    };
    const world = await pairOf({ hooks: { right: { after } } });
    world.left.comment('alice', '1', 'Only once');
    await world.run();
    world.right.delete('1');
    world.time += 60_000;
    await world.run();
    await world.run();
    world.right.restore('u-bob', '1');
    world.time += 60_000;
    for (let run = 0; run < 4; run += 1) await world.run();
    expect(world.right.item('1').comments).toHaveLength(1);
    expect(world.state.intents.size).toBe(0);
  });

  it('finds its own create again when the answer was lost (P1)', async () => {
    let lose = true;
    const world = new World({
      quirks: { right: { indexLag: 5_000 } },
      hooks: {
        right: {
          after(kind) {
            if (kind === 'write' && lose) {
              lose = false;
              throw new ConnectorError('ambiguous', 'the server did not answer in time');
            }
          },
        },
      },
    });
    world.left.create('alice', { title: 'One' });
    await world.run();
    await world.run();
    expect(world.state.pairs.size).toBe(0);
    world.time += 60_000;
    await world.run();
    expect(titles(world.right)).toEqual(['One']);
    expect(world.state.pairs.size).toBe(1);
    expect(world.state.parked.size).toBe(0);
  });
});
