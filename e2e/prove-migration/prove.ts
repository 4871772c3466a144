import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Migration } from '@lockstep/api';
import type { MemoryTracker } from '@lockstep/connectors';
import type { ServerProcess } from '../prove-real/server.ts';
import { MemoryWatch } from './memory.ts';
import type { Tenth } from './memory.ts';

export interface Proof {
  readonly items: number;
  readonly pairs: number;
  /** As the trackers have it: originals with exactly one copy. */
  readonly copiedOnce: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly kills: readonly { readonly at: number }[];
  /** Edits that people made meanwhile, carried by the runs in between. */
  readonly edits: { readonly made: number; readonly carried: number };
  readonly memory: readonly Tenth[];
  readonly flat: boolean;
  /** Seconds still to go when half was moved: as told, as it was, and by how many per cent they differ. */
  readonly halfTime: { readonly told: number; readonly true: number; readonly off: number };
  readonly secondRunWrites: number;
  readonly well: boolean;
}

const NAME = 'archive';
const PATIENCE = 120_000;

/** Moves the items of the left tracker with a server that is killed on the way, and counts what is there at the end. */
export async function prove(parts: {
  readonly left: MemoryTracker;
  readonly right: MemoryTracker;
  readonly url: string;
  readonly server: ServerProcess;
  readonly kills: number;
  readonly tell: (line: string) => void;
}): Promise<Proof> {
  const { left, right, server, tell } = parts;
  const items = left.items.size;
  await server.start();
  await configure(server.client, parts.url);
  const { id } = await server.client.startMigration(NAME, { from: 'left' });
  const killsAt = Array.from({ length: parts.kills }, (_, index) =>
    Math.floor((items * (index + 1)) / (2 * (parts.kills + 1))),
  );
  const kills: { at: number }[] = [];
  const edits: string[] = [];
  const memory = new MemoryWatch();
  let half: { at: number; told: number } | undefined;
  let tenth = 0;
  let last: Migration;
  for (;;) {
    await delay(200);
    if (right.items.size >= (killsAt[0] ?? Number.POSITIVE_INFINITY)) {
      killsAt.shift();
      await server.kill(false);
      kills.push({ at: right.items.size });
      tell(`kill -9 at ${right.items.size} of ${items} copies`);
      await server.start();
    }
    last = await server.client.migration(id);
    if (last.phase === 'counting') continue;
    const share = last.done / items;
    memory.sample(share, await server.metrics());
    if (half === undefined && share >= 0.5 && last.remaining !== undefined)
      half = { at: Date.now(), told: last.remaining };
    if (Math.floor(share * 10) > tenth) {
      tenth = Math.floor(share * 10);
      edits.push(edit(left, tenth));
      const { heap, process } = memory.all.at(-1) ?? { heap: 0, process: 0 };
      const left_ = last.remaining === undefined ? '?' : Math.round(last.remaining / 1000);
      tell(`${tenth * 10} %: ${last.done} moved, ${left_} s to go, heap ${heap} MiB, process ${process} MiB`);
    }
    if (last.state === 'done') break;
  }
  const ended = Date.now();
  const waited = await untilNothingIsParked(server.client);
  if (waited > 0)
    tell(`${waited} items whose creation was cut off by a kill waited until it was sure not to arrive`);
  last = await server.client.migration(id);
  await ran(server.client);
  await ran(server.client);
  const before = writesOf(left) + writesOf(right);
  await ran(server.client);
  const told = (half?.told ?? 0) / 1000;
  const truth = (ended - (half?.at ?? ended)) / 1000;
  const status = (await server.client.status()).integrations.find((one) => one.name === NAME);
  const result = {
    items,
    pairs: status?.pairs ?? 0,
    copiedOnce: copiedOnce(left, right),
    outcomes: last.outcomes,
    kills,
    edits: { made: edits.length, carried: edits.filter((title) => has(right, title)).length },
    memory: memory.all,
    flat: memory.isFlat,
    halfTime: {
      told: Math.round(told),
      true: Math.round(truth),
      off: Math.round((Math.abs(told - truth) / Math.max(truth, 0.001)) * 100),
    },
    secondRunWrites: writesOf(left) + writesOf(right) - before,
  };
  return { ...result, well: isWell(result, parts.kills) };
}

function isWell(found: Omit<Proof, 'well'>, kills: number): boolean {
  return (
    found.pairs === found.items &&
    found.copiedOnce === found.items &&
    // What people edited before it was moved a run has brought.
    (found.outcomes['created'] ?? 0) + (found.outcomes['skipped'] ?? 0) === found.items &&
    (found.outcomes['skipped'] ?? 0) <= found.edits.made &&
    found.kills.length === kills &&
    found.edits.carried === found.edits.made &&
    found.secondRunWrites === 0 &&
    found.flat &&
    found.halfTime.off <= 25
  );
}

async function configure(client: Client, url: string): Promise<void> {
  for (const tracker of ['left', 'right'])
    await client.putConnection(tracker, { tracker: 'memory', config: { url, tracker } });
  await client.putIntegration(NAME, {
    left: { connection: 'left' },
    right: { connection: 'right' },
    interval: '5s',
    enabled: true,
    types: [
      {
        left: 'task',
        right: 'task',
        fields: ['title <-> title', 'description <-> description', 'status <-> status', 'due <-> due'],
      },
    ],
  });
}

/** What a kill left unanswered is parked until it must have arrived, and then brought by the runs; how many were. */
async function untilNothingIsParked(client: Client): Promise<number> {
  let most = 0;
  for (const end = Date.now() + PATIENCE; Date.now() < end; await delay(500)) {
    const parked = (await client.status()).integrations.find((one) => one.name === NAME)?.parked ?? 0;
    if (parked === 0) return most;
    most = Math.max(most, parked);
  }
  return most;
}

/** A run that anybody may ask for. */
async function ran(client: Client): Promise<void> {
  const { request } = await client.run(NAME);
  for (;;) {
    const { run } = await client.request(request);
    if (run !== undefined && run.outcome !== 'running') {
      if (run.outcome !== 'succeeded') throw new Error(`a run ${run.outcome}: ${run.message ?? ''}`);
      return;
    }
    await delay(100);
  }
}

/** Somebody gives an item, moved long ago or not yet, another title. */
function edit(left: MemoryTracker, number: number): string {
  const ids = [...left.items.keys()];
  const id = ids[(number * 7_919) % ids.length] ?? '1';
  const title = `${String(left.item(id).fields['title'])}, edited`;
  left.edit('sync', id, { title });
  return title;
}

function has(tracker: MemoryTracker, title: string): boolean {
  return [...tracker.items.values()].some((item) => item.fields['title'] === title);
}

function copiedOnce(left: MemoryTracker, right: MemoryTracker): number {
  const copies = new Map<unknown, number>();
  for (const { fields } of right.items.values())
    copies.set(fields['title'], (copies.get(fields['title']) ?? 0) + 1);
  return [...left.items.values()].filter(({ fields }) => copies.get(fields['title']) === 1).length;
}

function writesOf({ counts }: MemoryTracker): number {
  return counts.write + counts.comment + counts.file;
}
