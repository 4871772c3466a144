import { ConnectorError } from '@lockstep/sdk';
import { expect, test } from 'vitest';
import { World } from '../testing/world.ts';

/** A world whose left tracker does not answer its first readings, so many of them. */
function silentAtFirst(readings: number): { world: World; tried: () => number } {
  let tried = 0;
  const before = (kind: string): void => {
    if (kind !== 'list') return;
    tried += 1;
    if (tried <= readings) throw new ConnectorError('unavailable', 'the server broke the connection');
  };
  return { world: new World({ hooks: { left: { before } } }), tried: () => tried };
}

test('P8: an answer that is lost is asked for again, and the run goes on', async () => {
  const { world, tried } = silentAtFirst(2);
  world.left.create('alice', { title: 'One', labels: [] });
  const began = world.time;
  const run = await world.run();
  expect(run.outcome).toBe('succeeded');
  expect(world.right.items.size).toBe(1);
  expect(tried()).toBe(3);
  expect(run.left.waited).toBe(2_500);
  expect(world.time - began).toBeGreaterThanOrEqual(2_500);
});

test('a tracker that stays away ends the run, and the next one finds all', async () => {
  const { world, tried } = silentAtFirst(3);
  world.left.create('alice', { title: 'One', labels: [] });
  expect(await world.run()).toMatchObject({ outcome: 'failed', message: 'the server broke the connection' });
  expect(tried()).toBe(3);
  expect((await world.run()).outcome).toBe('succeeded');
  expect(world.right.items.size).toBe(1);
});
