import { describe, expect, it } from 'vitest';
import type { Conflict, JournalEntry, Pair } from '../ports/records.ts';
import type { Resolution, Wanted } from '../ports/wish.ts';
import { TASKS, World } from '../testing/world.ts';
import type { WorldOptions } from '../testing/world.ts';

const WHO = 'Ann';

/** A pair in step, of an item that was made on the left. */
async function inStep(options: WorldOptions = {}) {
  const world = new World(options);
  const left = world.left.create('alice', { title: 'first', description: 'one', labels: ['x'] });
  await world.run();
  const pair = (): Pair => [...world.state.pairs.values()][0] as Pair;
  const right = pair().right.id;
  return {
    world,
    left,
    right,
    pair,
    wish: (wanted: Wanted) => world.state.wish(pair(), WHO, wanted, new Date(world.time).toISOString()),
    on: (side: 'left' | 'right') => world[side].item(side === 'left' ? left : right).fields,
    answer: () => world.state.answers.at(-1),
    /** Every change of an item that is in the journal, newest first. */
    journal: (): readonly JournalEntry[] => world.state.syncs.flatMap(({ journal }) => journal).toReversed(),
  };
}

const HARD = { kind: 'hard-resync', from: 'left' } as const;

describe('a hard resync', () => {
  it('writes each mapped field from the chosen side, with what it replaces in the journal (P4)', async () => {
    const { world, right, wish, on, answer, journal } = await inStep();
    world.right.edit('bob', right, { title: 'theirs', labels: ['y'], due: '2030-01-01' });
    wish(HARD);
    await world.run();
    expect(on('right')).toMatchObject({ title: 'first', labels: ['x'], due: null });
    expect(on('left')).toMatchObject({ title: 'first', labels: ['x'] });
    expect(journal()).toContainEqual({
      side: 'right',
      field: 'title',
      before: 'theirs',
      after: 'first',
      reason: 'hard resync from the left side, asked for by Ann',
      by: WHO,
    });
    expect(answer()).toEqual({ id: '1', who: WHO });
    const before = world.writes();
    await world.run();
    await world.run();
    expect(world.writes()).toBe(before);
  });

  it('takes the side that was modified later, by one clock', async () => {
    for (const later of ['left', 'right'] as const) {
      const { world, left, right, wish, on } = await inStep({ skew: { left: 90_000 } });
      const ids = { left, right };
      const first = later === 'left' ? 'right' : 'left';
      // What differs is agreed on, so that no run would carry it.
      world.state.wishes.clear();
      world[first].edit('bob', ids[first], { title: 'earlier' });
      world.time += 5_000;
      world[later].edit('bob', ids[later], { title: 'later' });
      wish({ kind: 'hard-resync', from: 'newest' });
      await world.run();
      expect(on('left')['title']).toBe('later');
      expect(on('right')['title']).toBe('later');
    }
  });

  it('goes only where the mapping goes, and is refused for what is out of scope (P5)', async () => {
    const { world, left, right, wish, on, answer } = await inStep({
      type: { fields: [...TASKS.fields.slice(0, 1), { left: 'due', right: 'due', direction: 'to-right' }] },
      configuration: {
        right: {
          connection: 'right',
          scope: {},
          filters: { all: { field: 'labels', is: 'not contains', value: 'out' } },
        },
      },
    });
    world.right.edit('bob', right, { due: '2030-01-01' });
    wish({ kind: 'hard-resync', from: 'right' });
    await world.run();
    expect(on('left')['due'] ?? null).toBeNull();
    world.right.edit('bob', right, { labels: ['out'], title: 'outside' });
    world.left.edit('bob', left, { title: 'inside' });
    wish(HARD);
    await world.run();
    expect(on('right')['title']).toBe('outside');
    expect(answer()?.refused).toContain('filter ALL');
    expect(world.state.wishes.size).toBe(0);
  });

  it('is not done a second time where a person has edited the item since it was begun', async () => {
    let dies = false;
    const { world, left, right, wish, on } = await inStep({
      storeHooks: {
        after: (what) => {
          if (!dies || what !== 'settle') return;
          dies = false;
          throw new Error('died');
        },
      },
    });
    world.right.edit('bob', right, { title: 'theirs' });
    wish(HARD);
    dies = true;
    await expect(world.run()).rejects.toThrow('died');
    world.time += 60_000;
    world.right.edit('bob', right, { title: 'newer' });
    await world.run();
    // The policy decides between the two, as between any other; the loser is kept.
    expect(on('left')['title']).toBe('newer');
    expect([...world.state.conflicts.values()].at(-1)?.left.value).toBe('first');
    expect(world.left.item(left).fields['title']).toBe(on('right')['title']);
  });
});

describe('a resolution', () => {
  const open = async (options: WorldOptions = {}) => {
    const fields = TASKS.fields.map((field) => ({ ...field, policy: 'ask' as const }));
    const found = await inStep({ ...options, type: { fields } });
    const { world, left, right } = found;
    world.left.edit('alice', left, { title: 'ours' });
    world.right.edit('bob', right, { title: 'theirs' });
    await world.run();
    const [conflict] = [...world.state.conflicts.values()] as [Conflict];
    const resolve = (choice: Resolution): void => found.wish({ kind: 'resolve', conflict, choice });
    return { ...found, conflict, resolve };
  };

  it.each([
    ['left' as const, 'ours', 'right'],
    ['right' as const, 'theirs', 'left'],
    [{ side: 'left', value: 'both' } as const, 'both', 'right'],
  ])(
    'by %j is written to the other side, or to both, and told with the conflict',
    async (choice, title, side) => {
      const { world, conflict, resolve, on, journal } = await open();
      expect(on('left')['title']).not.toBe(on('right')['title']);
      resolve(choice);
      await world.run();
      expect([on('left')['title'], on('right')['title']]).toEqual([title, title]);
      expect(world.state.resolutions.get(conflict.id)).toEqual({ by: WHO });
      expect(journal().find((one) => one.side === side && one.after === title)?.reason).toContain('Ann');
      const before = world.writes();
      await world.run();
      expect(world.writes()).toBe(before);
    },
  );

  it('by the newest takes the later of both', async () => {
    const { world, resolve, on } = await open();
    resolve('newest');
    await world.run();
    expect(on('left')['title']).toBe(on('right')['title']);
  });

  it('is refused, and says so, where a side holds another value by now (P4)', async () => {
    const { world, left, conflict, resolve, on } = await open();
    world.left.edit('alice', left, { title: 'newer' });
    resolve('right');
    await world.run();
    expect([on('left')['title'], on('right')['title']]).toEqual(['newer', 'theirs']);
    expect(
      world.state.resolutions.get(conflict.id)?.refused ?? world.state.resolutions.get(conflict.id)?.by,
    ).toMatch(/none of the values|a change of/);
    expect(world.state.answers.at(-1)?.refused).toContain('“newer”'.slice(1, -1));
  });

  it('gives the loser of a decided conflict to both sides', async () => {
    const { world, left, right, wish, on } = await inStep();
    world.left.edit('alice', left, { title: 'ours' });
    world.time += 5_000;
    world.right.edit('bob', right, { title: 'theirs' });
    await world.run();
    expect(on('left')['title']).toBe('theirs');
    const [conflict] = [...world.state.conflicts.values()] as [Conflict];
    wish({ kind: 'resolve', conflict, choice: 'left' });
    await world.run();
    expect([on('left')['title'], on('right')['title']]).toEqual(['ours', 'ours']);
  });

  it('that the tracker refuses is told with the conflict, and tried no more', async () => {
    const { world, conflict, resolve, on } = await open({ quirks: { right: { refuses: 'ours' } } });
    resolve('left');
    await world.run();
    expect(world.state.resolutions.get(conflict.id)?.refused ?? '').not.toBe('');
    expect(world.state.wishes.size).toBe(0);
    expect(on('right')['title']).toBe('theirs');
  });

  it('ends by itself when people bring both sides together', async () => {
    const { world, right, conflict } = await open();
    world.right.edit('bob', right, { title: 'ours' });
    await world.run();
    expect(world.state.resolutions.get(conflict.id)?.by).toBe('a change of the items or of their mapping');
  });
});

describe('an undo', () => {
  const undo = (entries: readonly JournalEntry[]): Wanted => ({ kind: 'undo', of: 'run run-2', entries });
  const written = async (options: WorldOptions = {}) => {
    const found = await inStep(options);
    found.world.left.edit('alice', found.left, { title: 'second', labels: ['x', 'z'] });
    await found.world.run();
    return found;
  };

  it('writes back what was overwritten, and neither side is carried over afterwards', async () => {
    const { world, wish, on, journal } = await written();
    wish(undo(journal().slice(0, 2)));
    await world.run();
    expect(on('right')).toMatchObject({ title: 'first', labels: ['x'] });
    expect(on('left')).toMatchObject({ title: 'second', labels: ['x', 'z'] });
    expect(journal()[0]?.reason).toBe('the undo of run run-2 asked for by Ann');
    const before = world.writes();
    for (let more = 0; more < 3; more += 1) await world.run();
    expect(world.writes()).toBe(before);
  });

  it.each(['left', 'right'] as const)(
    'lets what a person edits on the %s afterwards go over as ever (P2)',
    async (side) => {
      const { world, left, right, wish, on, journal } = await written();
      wish(undo(journal().slice(0, 2)));
      await world.run();
      world[side].edit('bob', side === 'left' ? left : right, { title: 'third' });
      await world.run();
      expect([on('left')['title'], on('right')['title']]).toEqual(['third', 'third']);
    },
  );

  it('can be undone itself', async () => {
    const { world, wish, on, journal } = await written();
    wish(undo(journal().slice(0, 2)));
    await world.run();
    wish(undo(journal().slice(0, 2)));
    await world.run();
    expect(on('right')).toMatchObject({ title: 'second', labels: ['x', 'z'] });
    expect(on('right')['title']).toBe(on('left')['title']);
  });

  it('goes back over several changes, as long as each stands', async () => {
    const { world, left, wish, on, journal } = await written();
    world.left.edit('alice', left, { title: 'third' });
    await world.run();
    wish(undo(journal()));
    await world.run();
    expect(on('right')).toMatchObject({ title: 'first', labels: ['x'] });
  });

  it('leaves alone what is other by now, and carries what a person did meanwhile first (P2)', async () => {
    const { world, left, right, wish, on, journal, answer } = await written();
    const entries = journal().slice(0, 2);
    world.right.edit('bob', right, { labels: ['x', 'z', 'w'] });
    world.left.edit('alice', left, { title: 'third' });
    wish(undo(entries));
    await world.run();
    expect(on('right')).toMatchObject({ title: 'third', labels: ['x', 'z', 'w'] });
    expect(on('left')).toMatchObject({ title: 'third', labels: ['x', 'z', 'w'] });
    expect(answer()?.refused).toMatch(/title on the right side: it is third by now, not second/);
  });

  it('says what a creation, an unmapped field and a one-way mapping keep it from', async () => {
    const { world, wish, journal, answer, on } = await inStep();
    wish(undo(journal()));
    await world.run();
    expect(answer()).toEqual({ id: '1', who: WHO });
    expect(on('right')['title']).toBe('first');
    wish(undo([{ side: 'left', field: 'nothing', before: 'a', after: 'b', reason: 'x' }]));
    await world.run();
    expect(answer()?.refused).toContain('it is not mapped');
  });

  it.each(['before', 'after'] as const)(
    'is finished by the next run when the process dies %s it is settled',
    async (when) => {
      let dies = false;
      const hook = (what: string): void => {
        if (!dies || what !== 'settle' || !isWritten()) return;
        dies = false;
        throw new Error('died');
      };
      const found = await written({ storeHooks: { [when]: hook } });
      const { world, right, wish, on, journal, answer } = found;
      const isWritten = (): boolean => world.right.item(right).fields['title'] === 'first';
      wish(undo(journal().slice(0, 2)));
      dies = true;
      await expect(world.run()).rejects.toThrow('died');
      world.time += 60_000;
      await world.run();
      expect(on('right')).toMatchObject({ title: 'first', labels: ['x'] });
      expect(on('left')['title']).toBe('second');
      expect(answer()).toEqual({ id: '1', who: WHO });
      expect(journal().filter(({ before, after }) => before === 'second' && after === 'first')).toHaveLength(
        1,
      );
      const before = world.writes();
      await world.run();
      expect(world.writes()).toBe(before);
    },
  );

  it('waits where our own update is unanswered, and is done once that is known', async () => {
    let isLost = false;
    const found = await written({
      quirks: { right: { answerHorizon: 1_000 } },
      hooks: {
        right: {
          after: async (kind) => {
            if (!isLost || kind !== 'write') return;
            isLost = false;
            const { ConnectorError } = await import('@lockstep/sdk');
            throw new ConnectorError('ambiguous', 'lost');
          },
        },
      },
    });
    const { world, wish, on, journal, answer } = found;
    wish(undo(journal().slice(0, 2)));
    isLost = true;
    await world.run();
    expect(world.state.wishes.size).toBe(1);
    world.time += 60_000;
    await world.run();
    expect(on('right')['title']).toBe('first');
    expect(on('left')['title']).toBe('second');
    expect(answer()).toEqual({ id: '1', who: WHO });
  });
});
