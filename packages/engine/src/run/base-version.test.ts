import { expect, it } from 'vitest';
import { World } from '../testing/world.ts';

it.each(['compare-and-set', 'timestamp'] as const)(
  'keeps an open conflict open when one side changes again, with versioning %s (P2, P4)',
  async (versioning) => {
    const world = new World({
      quirks: { left: { versioning }, right: { versioning } },
      type: { fields: [{ left: 'title', right: 'title', policy: 'ask' }] },
    });
    const left = world.left.create('alice', { title: 'As it was' });
    await world.run();
    const [right = ''] = world.right.items.keys();
    world.left.edit('alice', left, { title: 'Alice’s' });
    world.right.edit('u-bob', right, { title: 'Bob’s' });
    await world.run();
    world.time += 60_000;
    world.left.edit('alice', left, { title: 'Alice’s second' });
    await world.run();
    expect(world.right.item(right).fields['title']).toBe('Bob’s');
    expect([...world.state.conflicts.values()].map((one) => one.outcome)).toEqual(['open', 'open']);
  },
);
