import { ConnectorError } from '@lockstep/sdk';
import { describe, expect, it } from 'vitest';
import { START, World } from '../testing/world.ts';
import type { WorldOptions } from '../testing/world.ts';

/** Items of the left side are older than the integration, which began an hour after them. */
function oldWorld(items: number, more: WorldOptions = {}): World {
  const enabled = new Date(START + 3_600_000).toISOString();
  const world = new World({ ...more, configuration: { startFrom: enabled, ...more.configuration } });
  for (let number = 1; number <= items; number += 1) {
    world.time += 1_000;
    world.left.create('alice', { title: `item ${number}`, description: `text ${number}` });
  }
  world.time = START + 7_200_000;
  return world;
}

const outcomes = (world: World, id = 'migration'): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { outcome = 'in hand' } of world.state.migrations.get(id)?.items.values() ?? [])
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

describe('a migration', () => {
  it('moves what runs leave alone, once, and the next runs have nothing to do (P1, P3)', async () => {
    const world = oldWorld(7, { quirks: { left: { pageSize: 3 } } });
    await world.run();
    expect(world.right.items.size).toBe(0);
    const { position, summary } = await world.migrate();
    expect(summary.outcome).toBe('succeeded');
    expect(position).toMatchObject({ phase: 'done', counted: { examined: 7, chosen: 7, toWrite: 7 } });
    expect(outcomes(world)).toEqual({ created: 7 });
    expect(world.right.items.size).toBe(7);
    expect(world.state.pairs.size).toBe(7);
    const written = world.writes();
    await world.run();
    await world.run();
    expect(world.writes()).toBe(written);
    world.left.edit('alice', '1', { title: 'anew' });
    await world.run();
    expect(world.right.items.get('1')?.fields['title']).toBe('anew');
  });

  it('chooses by dates, names and filter, and says why others stay', async () => {
    const world = oldWorld(6);
    world.left.setVisibility('alice', '4', 'private');
    await world.migrate({
      createdAfter: new Date(START + 2_000).toISOString(),
      createdBefore: new Date(START + 5_000).toISOString(),
      filter: { field: 'title', is: 'not contains', value: 'item 3' },
    });
    expect([...world.right.items.values()].map((item) => item.fields['title'])).toEqual(['item 2']);
    expect(outcomes(world)).toEqual({ created: 1, skipped: 1 });
    await world.migrate({ items: ['LEFT-5', 'memory://left/6', 'LEFT-99'] }, {}, 'named');
    expect(outcomes(world, 'named')).toEqual({ created: 2, skipped: 1 });
    expect(world.state.migrations.get('named')?.items.get('LEFT-99')?.message).toContain('is called so');
    expect(world.right.items.size).toBe(3);
  });

  it('tells counts, reasons and fields beforehand, and writes nothing', async () => {
    const world = oldWorld(4);
    await world.migrate({ items: ['1'] });
    world.left.edit('alice', '1', { title: 'other words' });
    world.right.edit('u-bob', '1', { title: 'words of the right' });
    world.left.setVisibility('alice', '2', 'private');
    const written = world.writes();
    const plan = await world.planMigration();
    expect(plan).toMatchObject({ examined: 4, chosen: 4, complete: true, counts: { create: 2, skip: 2 } });
    expect(plan.reasons.map(({ reason, items }) => [reason, items])).toEqual([
      ['it has a counterpart already', 1],
      ['the item is private, and private items are not sent', 1],
    ]);
    const [replaced] = (await world.planMigration({ alreadyMigrated: 'replace', items: ['1'] })).entries;
    expect(replaced?.fields).toMatchObject([
      { side: 'right', field: 'title', before: 'words of the right', after: 'other words' },
    ]);
    expect(world.writes()).toBe(written);
  });

  it('updates or replaces what has a counterpart already, as asked (P4)', async () => {
    const world = oldWorld(1);
    await world.migrate();
    world.right.edit('u-bob', '1', { title: 'right', priority: 'high' });
    await world.migrate({}, {}, 'skips');
    expect(outcomes(world, 'skips')).toEqual({ skipped: 1 });
    await world.migrate({ alreadyMigrated: 'replace' }, {}, 'replaces');
    expect(outcomes(world, 'replaces')).toEqual({ updated: 1 });
    expect(world.right.items.get('1')?.fields).toMatchObject({ title: 'item 1', priority: 'normal' });
    expect(world.left.items.get('1')?.fields).toMatchObject({ title: 'item 1', priority: 'normal' });
    const overwritten = world.state.syncs.flatMap(({ journal }) => journal.map(({ before }) => before));
    expect(overwritten).toEqual(expect.arrayContaining(['right', 'high']));
    world.left.edit('alice', '1', { labels: ['a'] });
    world.right.edit('u-bob', '1', { labels: ['b', 'c'], title: 'right' });
    await world.migrate({ alreadyMigrated: 'update' }, {}, 'updates');
    expect(world.left.items.get('1')?.fields['title']).toBe('right');
    expect(world.right.items.get('1')?.fields['labels']).toEqual(['b', 'c', 'a']);
    world.right.edit('u-bob', '1', { labels: ['b', 'd'], description: 'gone' });
    world.left.edit('alice', '1', { labels: [], description: '' });
    await world.migrate({ alreadyMigrated: 'replace' }, {}, 'again');
    expect(world.right.items.get('1')?.fields['labels']).toEqual([]);
    expect(world.left.items.get('1')?.fields['labels']).toEqual([]);
    const written = world.writes();
    await world.run();
    await world.run();
    expect(world.writes()).toBe(written);
  });

  it('moves the chosen fields, and leaves the others as they are on both sides', async () => {
    const world = oldWorld(1);
    world.left.edit('alice', '1', { priority: 'high', due: '2030-01-01' });
    world.time += 10_000;
    await world.migrate({ fields: ['due'] });
    expect(world.right.items.get('1')?.fields).toMatchObject({
      title: 'item 1',
      due: '2030-01-01',
      priority: 'normal',
    });
    expect(world.right.items.get('1')?.fields['description'] ?? null).toBeNull();
    const written = world.writes();
    await world.run();
    expect(world.writes()).toBe(written);
    world.left.edit('alice', '1', { priority: 'urgent', due: '2030-01-02' });
    await world.migrate({ fields: ['due'], alreadyMigrated: 'update' }, {}, 'due only');
    expect(world.right.items.get('1')?.fields).toMatchObject({ due: '2030-01-02', priority: 'normal' });
    await world.run();
    expect(world.right.items.get('1')?.fields).toMatchObject({ due: '2030-01-02', priority: 'urgent' });
  });

  it('keeps author and dates in the text, which neither comes back nor gets lost (P3)', async () => {
    const world = oldWorld(2);
    world.left.comment('bob', '1', 'long ago');
    world.left.edit('alice', '2', { description: '' });
    world.time += 10_000;
    await world.migrate();
    const note =
      /\n\nWritten by alice on 2026-01-01 00:00 UTC, last changed on 2026-01-01 02:00 UTC, and migrated\.$/;
    const text = (): string => String(world.right.items.get('1')?.fields['description']).trimEnd();
    expect(text()).toMatch(note);
    expect(world.right.items.get('1')?.comments[0]?.body).toBe('**bob, 2026-01-01 02:00 UTC:**\n\nlong ago');
    expect(world.right.items.get('2')?.fields['description']).toMatch(/^Written by alice/);
    world.right.edit('u-bob', '1', { description: text().replace('text 1', 'text one') });
    await world.run();
    expect(String(world.left.items.get('1')?.fields['description']).trim()).toBe('text one');
    world.left.edit('alice', '1', { description: 'other words' });
    world.left.edit('alice', '2', { description: 'late words' });
    await world.run();
    expect(text()).toMatch(note);
    expect(text()).toMatch(/^other words/);
    expect(world.right.items.get('2')?.fields['description']).toMatch(/^late words\n\nWritten by alice/);
    const written = world.writes();
    await world.run();
    expect(world.writes()).toBe(written);
  });

  it('hands what fails over to the runs, which try it again (P2)', async () => {
    let refuses = true;
    let writes = 0;
    const world = oldWorld(3, {
      hooks: {
        right: {
          before: (kind) => {
            if (kind !== 'write') return;
            writes += 1;
            if (refuses && writes > 1) throw new ConnectorError('rejected', 'not today');
          },
        },
      },
    });
    const { position } = await world.migrate();
    expect(position.phase).toBe('done');
    expect(outcomes(world)).toEqual({ created: 1, parked: 2 });
    refuses = false;
    world.time += 60_000;
    await world.run();
    expect(world.right.items.size).toBe(3);
    expect(world.right.items.get('3')?.fields['description']).toMatch(/and migrated\.$/);
    expect(world.state.parked.size).toBe(0);
  });

  it('ends after the items in hand when it is stopped or its slice is over, and goes on there', async () => {
    const over = new AbortController();
    const stop = new AbortController();
    const world = oldWorld(9, {
      quirks: { left: { pageSize: 4 } },
      hooks: {
        right: {
          after: (kind) => {
            if (kind === 'write' && world.right.items.size === 2) over.abort();
            if (kind === 'write' && world.right.items.size === 6) stop.abort();
          },
        },
      },
    });
    const first = await world.migrate({}, { over: over.signal, concurrency: 1 });
    expect([first.summary.outcome, world.right.items.size]).toEqual(['succeeded', 2]);
    const second = await world.migrate({}, { stop: stop.signal, concurrency: 1 });
    expect([second.summary.outcome, world.right.items.size]).toEqual(['stopped', 6]);
    expect(second.position.pace.total).toBe(6);
    await world.migrate();
    expect(outcomes(world)).toEqual({ created: 9 });
    expect(world.right.items.size).toBe(9);
  });

  it('finishes what was in hand when it died, and what it was through with it leaves alone', async () => {
    const over = new AbortController();
    let isDying = false;
    let edits = 0;
    const world = oldWorld(3, {
      hooks: {
        right: {
          before: (kind) => {
            if (isDying && kind === 'comment') throw new Error('killed');
          },
          after: (kind) => {
            if (kind === 'write') edits += 1;
            if (edits === 4) over.abort();
          },
        },
      },
    });
    world.left.comment('alice', '3', 'a comment');
    isDying = true;
    await world.migrate().catch(() => undefined);
    isDying = false;
    world.time += 120_000;
    await world.migrate();
    expect(outcomes(world)['in hand']).toBeUndefined();
    expect([...world.right.items.values()].flatMap(({ comments }) => comments)).toHaveLength(1);
    for (const id of ['1', '2', '3']) world.right.edit('u-bob', id, { priority: 'low' });
    const replace = { alreadyMigrated: 'replace' } as const;
    await world.migrate(replace, { over: over.signal, concurrency: 1 }, 'replaces');
    const [done] = [...(world.state.migrations.get('replaces')?.items ?? [])].filter(
      ([, { outcome }]) => outcome !== undefined,
    );
    const copy = [...world.state.pairs.values()].find(({ left }) => left.id === done?.[0])?.right.id ?? '';
    expect(world.right.items.get(copy)?.fields['priority']).toBe('normal');
    world.right.edit('u-bob', copy, { priority: 'urgent' });
    await world.migrate(replace, {}, 'replaces');
    expect(world.right.items.get(copy)?.fields['priority']).toBe('urgent');
    expect(outcomes(world, 'replaces')).toEqual({ updated: 3 });
  });

  it.each([{}, { quirks: { right: { marker: false } } }])(
    'dies anywhere and never makes an item twice (P1) %o',
    async (more) => {
      let hasDied = true;
      for (let at = 0; hasDied; at += 1) {
        let moments = 0;
        let isSafe = false;
        const step = (): void => {
          moments += 1;
          if (!isSafe && moments > at) throw new Error('killed');
        };
        const world = oldWorld(3, {
          ...more,
          hooks: { right: { before: step, after: step } },
          storeHooks: { before: step, after: step },
        });
        world.left.comment('alice', '2', 'a comment');
        world.time += 60_000;
        hasDied = await world.migrate({ alreadyMigrated: at % 2 === 0 ? 'skip' : 'replace' }).then(
          () => false,
          () => true,
        );
        isSafe = true;
        for (let slice = 0; slice < 3; slice += 1) {
          world.time += 120_000;
          await world.migrate();
          await world.run();
        }
        const copies = [...world.right.items.values()];
        const comments = copies.flatMap((copy) => copy.comments);
        expect([at, copies.length, world.state.pairs.size, comments.length]).toEqual([at, 3, 3, 1]);
        expect(world.state.migrations.get('migration')?.position.phase).toBe('done');
      }
    },
  );
});
