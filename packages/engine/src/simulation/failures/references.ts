import type { NamedFailure } from './failure.ts';

/** Both items of a pair get a link to each other; the answer to the first link that is set is lost, if so wished. */
async function linkBothWays(loses: boolean): Promise<{ readonly links: number; readonly later: number }> {
  const { ConnectorError } = await import('@lockstep/sdk');
  const { World } = await import('../../testing/world.ts');
  let isLost = !loses;
  const after = (kind: string): void => {
    if (
      kind !== 'write' ||
      isLost ||
      [...world.right.items.values()].every(({ links }) => links.length === 0)
    )
      return;
    isLost = true;
    throw new ConnectorError('ambiguous', 'the connection was lost');
  };
  const world = new World({
    type: { reference: { left: 'link', right: 'link' } },
    hooks: { right: { after } },
  });
  world.left.create('alice', { title: 'One' });
  const writes = (): number => world.left.counts.write + world.right.counts.write;
  await world.run();
  const before = writes();
  for (let run = 0; run < 4; run += 1) {
    world.time += 60_000;
    await world.run();
  }
  const items = [...world.left.items.values(), ...world.right.items.values()];
  return { links: Math.max(...items.map((item) => item.links.length)), later: writes() - before };
}

export const references: readonly NamedFailure[] = [
  {
    name: 'a link whose answer was lost is set again',
    reason:
      'The item refers to its counterpart, nobody was told, and the link is set once more: the item shows it twice.',
    promise: 'P1',
    guard: {
      name: 'to set a link that is there changes nothing, of every tracker: the conformance kit asks for it (`link-is-set-once`)',
      file: 'connectors/src/memory/tracker.ts',
      text: 'if (item.links.some((one) => one.url === link.url)) return;',
      without: '',
    },
    play: async () => {
      const { links } = await linkBothWays(true);
      return links > 1 ? [`an item has the link to its counterpart ${links} times (P1)`] : [];
    },
  },
  {
    name: 'two items that refer to each other are linked again and again',
    reason:
      'Each link changes the item that it stands in, the change comes up in the next run, and that sets the link of the other side anew.',
    promise: 'P3',
    guard: {
      name: 'what is remembered as referred to is not set again',
      file: 'engine/src/run/reference.ts',
      text: 'if (present === url || known === url) continue;',
      without: '',
    },
    play: async () => {
      const { later } = await linkBothWays(false);
      return later > 0 ? [`${later} writes, though nobody had edited anything (P3)`] : [];
    },
  },
];
