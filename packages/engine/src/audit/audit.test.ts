import { describe, expect, it } from 'vitest';
import { World } from '../testing/world.ts';
import type { WorldOptions } from '../testing/world.ts';

/** So many pairs, in agreement. */
async function inStep(items: number, options: WorldOptions = {}): Promise<World> {
  const world = new World(options);
  for (let number = 1; number <= items; number += 1) world.left.create('alice', { title: `item ${number}` });
  await world.run();
  return world;
}

describe('an audit', () => {
  it('compares 1,200 pairs in a bounded number of requests, and writes nothing (P3)', async () => {
    const world = await inStep(1_200);
    const [written, read] = [world.writes(), world.left.counts.read + world.right.counts.read];
    const { position, findings } = await world.audit();
    expect(position).toMatchObject({
      total: 1_200,
      compared: 1_200,
      equal: 1_200,
      differing: 0,
      missing: 0,
      undecided: 0,
    });
    expect(findings).toEqual([]);
    // 24 pages of 50, one call to each side.
    expect(world.left.counts.read + world.right.counts.read - read).toBe(48);
    expect(position?.requests).toEqual({ left: 24, right: 24 });
    expect(world.writes()).toBe(written);
  });

  it('tells why a pair differs, and what is gone', async () => {
    const world = await inStep(7, {
      type: {
        fields: [
          { left: 'title', right: 'title' },
          { left: 'priority', right: 'priority', direction: 'to-right' },
          { left: 'severity', right: 'severity', policy: 'ask' },
          { left: 'due', right: 'due', onUpdate: false },
        ],
      },
    });
    const counterpart = (id: string): string =>
      [...world.state.pairs.values()].find((pair) => pair.left.id === id)?.right.id ?? '';
    world.left.edit('alice', '1', { title: 'changed by a person' });
    world.right.edit('u-bob', counterpart('2'), { priority: 'high' });
    world.left.edit('alice', '3', { severity: 'minor' });
    world.right.edit('u-bob', counterpart('3'), { severity: 'major' });
    world.left.delete('4');
    world.right.edit('u-bob', counterpart('5'), { due: '2030-01-01' });
    const lost = [...world.state.pairs.values()].find((pair) => pair.left.id === '6');
    if (lost === undefined) throw new Error('no pair');
    world.right.edit('u-bob', lost.right.id, { title: 'set by somebody, and taken for agreed' });
    world.state.pairs.set(lost.id, {
      ...lost,
      right: {
        ...lost.right,
        base: {
          ...lost.right.base,
          fields: { ...lost.right.base.fields, title: 'set by somebody, and taken for agreed' },
        },
      },
    });
    const { position, findings } = await world.audit();
    expect(position).toMatchObject({ compared: 7, equal: 2, differing: 4, missing: 1, undecided: 0 });
    expect(Object.fromEntries(findings.map((one) => [one.left.id, one.why]))).toEqual({
      1: 'not carried',
      2: 'one-way',
      3: 'conflict',
      4: 'missing',
      6: 'diverged',
    });
    expect(findings.find((one) => one.left.id === '2')?.fields).toMatchObject([
      { left: 'normal', right: 'high', taken: { right: 'normal' } },
    ]);
    expect(findings.find((one) => one.left.id === '4')?.gone).toEqual(['left']);
  });

  it('looks again at what changes meanwhile, and calls what never stands still undecided', async () => {
    let edits = 0;
    let hasRun = false;
    const world: World = await inStep(3, {
      hooks: {
        right: {
          before: async (kind) => {
            if (kind !== 'read' || !hasRun) return;
            edits += 1;
            world.time += 10;
            // Carried at once, as a run would: each look finds the two sides at different moments.
            if (edits === 1) {
              world.left.edit('alice', '1', { title: 'anew' });
              const right =
                [...world.state.pairs.values()].find((pair) => pair.left.id === '1')?.right.id ?? '';
              world.right.edit('sync', right, { title: 'anew' });
            }
            world.left.edit('alice', '2', { title: `restless ${edits}` });
          },
        },
      },
    });
    hasRun = true;
    const { position, findings } = await world.audit();
    expect(findings.map(({ left, result, why }) => [left.id, result, why])).toEqual([
      ['2', 'undecided', 'changing'],
    ]);
    expect(position).toMatchObject({ compared: 3, equal: 2, differing: 0, undecided: 1 });
  });

  it('is stopped after the pairs in hand, dies anywhere, and goes on from the last page', async () => {
    const world = await inStep(120);
    world.left.edit('alice', '1', { title: 'early' });
    world.left.edit('alice', '120', { title: 'late' });
    const stop = new AbortController();
    const kept = await world.audit({ findings: [] }, { stop: stop.signal }, () => stop.abort());
    expect(kept.position?.compared).toBe(50);
    const cut = new AbortController();
    const dying = world.audit(kept, { signal: cut.signal }, () => cut.abort(new Error('killed')));
    await expect(dying).rejects.toThrow('killed');
    expect(kept.position?.compared).toBe(100);
    const gone = await world.audit(kept);
    expect(gone.position).toMatchObject({ compared: 120, differing: 2, equal: 118 });
    expect(new Set(gone.findings.map((one) => one.left.id))).toEqual(new Set(['1', '120']));
  });

  it('does not take an account that sees nothing for a tracker from which all is gone', async () => {
    const world = await inStep(3);
    world.right.isBlind = true;
    const { position, findings } = await world.audit();
    expect(position).toMatchObject({ compared: 3, missing: 0, undecided: 3 });
    expect(findings[0]?.why).toBe('unseen');
  });

  it('does not tell what stands in items that left the scope (P6)', async () => {
    const world = await inStep(2);
    world.left.edit('alice', '1', { title: 'private words' });
    world.left.setVisibility('alice', '1', 'private');
    const { findings } = await world.audit();
    expect(findings).toMatchObject([{ result: 'undecided', why: 'held back', fields: [] }]);
  });
});
