import type { CallKind, MemoryTracker } from '@lockstep/connectors';
import { World } from '../packages/engine/src/testing/world.ts';

type Requests = Record<CallKind, number>;

const BATCH = 1000;
const HOUR = 3_600_000;

/** A world of so many pairs in agreement, made in batches an hour apart, its overlaps run dry. */
async function worldOf(pairs: number): Promise<World> {
  const quirks = { versioning: 'exact', answerHorizon: 0 } as const;
  const world = new World({ quirks: { left: quirks, right: quirks } });
  for (let index = 0; index < pairs; index += 1) {
    world.time += 1;
    world.left.create('alice', { title: `Item ${index}` });
    if ((index + 1) % BATCH > 0 && index + 1 < pairs) continue;
    await world.run();
    world.time += HOUR;
  }
  await world.run();
  world.time += HOUR;
  return world;
}

async function measured(world: World): Promise<{ left: Requests; right: Requests }> {
  const before = { left: { ...world.left.counts }, right: { ...world.right.counts } };
  await world.run();
  const since = (tracker: MemoryTracker, from: Requests): Requests =>
    Object.fromEntries(
      Object.entries(tracker.counts).map(([kind, count]) => [kind, count - from[kind as CallKind]]),
    ) as Requests;
  return { left: since(world.left, before.left), right: since(world.right, before.right) };
}

function total(requests: { left: Requests; right: Requests }, kind: CallKind): number {
  return requests.left[kind] + requests.right[kind];
}

/** Counts remote requests: of a run with nothing to do, and of field edits, on small and large scopes. */
export async function benchRequests(): Promise<{ ok: boolean; report: Record<string, unknown> }> {
  const noChange: Record<string, { left: number; right: number }> = {};
  const edits: Record<string, Record<string, number>> = {};
  let ok = true;
  for (const pairs of [10, 100_000]) {
    const world = await worldOf(pairs);
    const idle = await measured(world);
    noChange[pairs] = { left: idle.left.list, right: idle.right.list };
    const others = (['read', 'write', 'readBack', 'comment', 'file', 'find'] as const).reduce(
      (sum, kind) => sum + total(idle, kind),
      0,
    );
    ok &&= idle.left.list <= 2 && idle.right.list <= 2 && others === 0;
    if (pairs > 10) continue;
    for (const count of [1, 10]) {
      world.time += HOUR;
      for (let index = 1; index <= count; index += 1)
        world.left.edit('alice', String(index), { title: `Edited ${count} ${index}` });
      const edited = await measured(world);
      edits[count] = {
        list: total(edited, 'list'),
        read: total(edited, 'read'),
        write: total(edited, 'write'),
        readBack: total(edited, 'readBack'),
      };
      ok &&= edited.left.list <= 1 && edited.right.list <= 1;
      ok &&= (['read', 'write', 'readBack'] as const).every((kind) => total(edited, kind) <= count);
    }
  }
  ok &&= JSON.stringify(noChange[10]) === JSON.stringify(noChange[100_000]);
  return { ok, report: { ok, noChange, edits } };
}
