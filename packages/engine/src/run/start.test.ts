import { expect, it } from 'vitest';
import { START, World } from '../testing/world.ts';

it('syncs what happened right after enabling, however coarse the tracker’s times are (P2)', async () => {
  const { startFrom: _always, ...configuration } = new World().configuration;
  const world = new World({ quirks: { left: { timestampStep: 60_000 } } });
  Object.assign(world, { configuration });
  const enabledAt = new Date(START + 130_000).toISOString();
  world.left.create('alice', { title: 'long before' });
  world.time = START + 150_000;
  world.left.create('alice', { title: 'since' });
  world.time = START + 300_000;
  await world.run({ enabledAt });
  expect([...world.right.items.values()].map(({ fields }) => fields['title'])).toEqual(['since']);
});
