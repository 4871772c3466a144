import { expect } from 'vitest';
import { World } from './world.ts';

/** A world in which one item of the left side has its counterpart, a minute ago. */
export async function pairOf(options: ConstructorParameters<typeof World>[0] = {}): Promise<World> {
  const world = new World(options);
  world.left.create('alice', { title: 'One', description: 'first line\n\nsecond line\n\nthird line' });
  await world.run();
  expect(world.right.items.size).toBe(1);
  world.time += 60_000;
  return world;
}

/** Of what is there. */
export function titles(tracker: World['left']): string[] {
  return [...tracker.items.values()]
    .filter((item) => !item.deleted)
    .map((item) => String(item.fields['title']));
}
