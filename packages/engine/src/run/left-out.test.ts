import { describe, expect, it } from 'vitest';
import { World } from '../testing/world.ts';
import type { LeftOut } from './context.ts';

const MINUTE = 60_000;
const at = (time: number): string => new Date(time).toISOString();
const counterpart = (world: World, title: string) =>
  [...world.right.items.values()].find((item) => item.fields['title'] === title);

/** A pair, an item that changed in each third of a pause of 60 minutes, and the pause. */
async function paused(): Promise<{ world: World; window: (minutes: number) => LeftOut }> {
  const world = new World();
  for (const title of ['Early', 'Late', 'Quiet']) world.left.create('alice', { title });
  await world.run();
  expect(world.right.items.size).toBe(3);
  world.time += MINUTE;
  const from = world.time;
  world.time += 20 * MINUTE;
  world.left.edit('alice', '1', { title: 'Early, edited', severity: 'major' });
  world.left.create('alice', { title: 'Early, new' });
  world.time += 20 * MINUTE;
  world.left.edit('alice', '2', { title: 'Late, edited' });
  world.left.create('alice', { title: 'Late, new' });
  world.time += 20 * MINUTE;
  const enabled = world.time;
  return { world, window: (minutes) => ({ from: at(from), until: at(enabled - minutes * MINUTE) }) };
}

const NEW = ['Early, edited', 'Early, new', 'Late, edited', 'Late, new'];

describe('after a pause', () => {
  it.each([
    ['recent: only what changed within the look-back window syncs', 30, ['Late, edited', 'Late, new']],
    ['recent, with a window longer than the pause: all of it syncs', 90, NEW],
    ['none: nothing of the pause syncs', 0, []],
  ])('%s (P2, P5)', async (_, minutes, expected) => {
    const { world, window } = await paused();
    const written = world.writes();
    const summary = await world.run({ leftOut: [window(minutes)] });
    expect(NEW.filter((title) => counterpart(world, title) !== undefined)).toEqual(expected);
    expect(summary.left.skipped).toBe(NEW.length - expected.length);
    if (expected.length === 0) expect(world.writes()).toBe(written);
    const after = world.writes();
    await world.run({ leftOut: [window(minutes)] });
    expect(world.writes()).toBe(after);
  });

  it('all: everything since the pause began syncs (P2)', async () => {
    const { world } = await paused();
    await world.run({ leftOut: [] });
    expect(NEW.every((title) => counterpart(world, title) !== undefined)).toBe(true);
  });

  it('what was left out stays in the difference to the base, and comes with the next change (P2, P4)', async () => {
    const { world, window } = await paused();
    const leftOut = [window(0)];
    await world.run({ leftOut });
    world.time += MINUTE;
    world.left.edit('alice', '1', { status: 'doing' });
    await world.run({ leftOut });
    expect(world.right.item('1').fields).toMatchObject({ title: 'Early, edited', status: 'doing' });
  });

  it('a change of the counterpart never overwrites what was left out (P4)', async () => {
    const { world, window } = await paused();
    const leftOut = [window(0)];
    await world.run({ leftOut });
    world.time += MINUTE;
    world.right.edit('u-bob', '1', { title: 'Edited on the right' });
    await world.run({ leftOut });
    expect(world.left.item('1').fields['title']).toBe('Edited on the right');
    const kept = [...world.state.conflicts.values()].map((one) => JSON.stringify(one));
    expect(kept.some((text) => text.includes('Early, edited'))).toBe(true);
  });

  it('what people changed right before the pause and right after it syncs (P2)', async () => {
    const world = new World();
    world.left.create('alice', { title: 'One' });
    await world.run();
    world.time += MINUTE;
    world.left.edit('alice', '1', { title: 'Right before' });
    world.time += 1;
    const from = at(world.time);
    world.time += 10 * MINUTE;
    const until = at(world.time);
    world.time += 1;
    world.left.create('alice', { title: 'Right after' });
    await world.run({ leftOut: [{ from, until }] });
    expect(counterpart(world, 'Right before')).toBeDefined();
    expect(counterpart(world, 'Right after')).toBeDefined();
  });

  it('leaves out the stretches of several pauses, and plans as it runs', async () => {
    const { world, window } = await paused();
    const first = window(30);
    const second = { from: at(Date.parse(first.until) + 2 * MINUTE), until: at(world.time) };
    const written = world.writes();
    await world.run({ leftOut: [first, second] });
    expect(world.writes()).toBe(written);
  });
});
