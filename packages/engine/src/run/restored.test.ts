import { expect, test } from 'vitest';
import type { Quirks } from '@lockstep/connectors';
import type { StoredState } from '../testing/store.ts';
import { World } from '../testing/world.ts';

/** What the store holds, put aside; the function puts it back. */
function backUp(state: StoredState): () => void {
  const copies = structuredClone(Object.fromEntries(Object.entries(state)));
  return () => {
    for (const [name, copy] of Object.entries(copies)) {
      const own = state[name as keyof StoredState] as unknown;
      if (own instanceof Map) {
        own.clear();
        for (const [key, value] of copy as unknown as Map<string, unknown>) own.set(key, value);
      } else if (Array.isArray(own)) own.splice(0, own.length, ...(copy as unknown as unknown[]));
      else Object.assign(state, { [name]: copy });
    }
  };
}

const QUIRKS: readonly (readonly [string, Quirks])[] = [
  ['with markers', {}],
  ['without markers', { marker: false }],
  ['without parts in the feed', { parts: false, versioning: 'timestamp', timestampStep: 1_000 }],
];

test.each(QUIRKS)(
  'P1: what was carried since a backup is known again after its return, %s',
  async (_name, quirks) => {
    const world = new World({ quirks: { left: quirks, right: quirks } });
    const old = world.left.create('alice', { title: 'Old', description: 'One', labels: [] });
    await world.run();
    const restore = backUp(world.state);

    world.time += 60_000;
    const made = world.left.create('alice', { title: 'Made since', description: 'Two', labels: [] });
    world.right.create('u-bob', { title: 'Made there', description: 'Three', labels: [] });
    world.left.comment('alice', old, 'Said since');
    world.left.comment('alice', old, 'Said since');
    world.left.attach('alice', made, 'since.txt', new TextEncoder().encode('content'));
    await world.run();
    const [copy] = [...world.right.items.values()].filter((item) => item.fields['title'] === 'Old');
    world.right.comment('u-bob', String(copy?.number), 'Answered since');
    await world.run();
    const before = shown(world);
    expect(before.left).toHaveLength(3);

    world.time += 60_000;
    restore();
    const restoredAt = new Date(world.time).toISOString();
    for (let round = 0; round < 3; round += 1) {
      world.time += 60_000;
      await world.run({ restoredAt });
    }
    expect(shown(world)).toEqual(before);
    expect([...world.state.parked.values()]).toEqual([]);

    const writes = world.writes();
    world.time += 60_000;
    await world.run({ restoredAt });
    expect(world.writes()).toBe(writes);
    world.left.comment('alice', old, 'Said later');
    world.time += 60_000;
    await world.run({ restoredAt });
    expect(
      shown(world)
        .right.flatMap(({ said }) => said)
        .filter((one) => one.includes('Said later')),
    ).toHaveLength(1);
  },
);

function shown(world: World) {
  const of = (tracker: World['left']) =>
    [...tracker.items.values()].map(({ fields, comments, files }) => ({
      title: fields['title'],
      said: comments.map(({ body }) => body),
      files: files.map(({ name }) => name),
    }));
  return { left: of(world.left), right: of(world.right) };
}
