import type { Pair, Parked } from '../ports/records.ts';
import type { Wish } from '../ports/wish.ts';
import { planOf } from '../ports/run-plan.ts';
import type { DetectedChange } from '../ports/store.ts';
import type { Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { RunContext, RunPorts } from './context.ts';
import { readMarker } from './intents.ts';
import { inParallel } from './in-parallel.ts';
import { isToldByContent } from './restored.ts';
import { BATCH } from './spool.ts';
import { syncItem } from './sync-item.ts';
import type { Known } from './sync-item.ts';
import { createdBy } from './unanswered.ts';

/** Syncs everything spooled: pairs side by side, the changes of one pair one after the other. */
export async function apply(
  context: RunContext,
  { planned, progress }: Pick<RunPorts, 'planned' | 'progress'> = {},
): Promise<void> {
  const counts = await context.store.spoolCounts();
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (planned !== undefined) await planned(planOf(counts));
  progress?.({ phase: 'apply', done: 0, total });
  const touched: Known['touched'] = new Map();
  let done = 0;
  for (let after = -1; ;) {
    const batch = await context.store.readSpool(after, BATCH);
    await applyBatch(context, batch, touched, () => {
      done += 1;
      progress?.({ phase: 'apply', done, total });
    });
    const last = batch.at(-1);
    if (last === undefined || batch.length < BATCH) return;
    after = last.position;
  }
}

/** The same of some changes; `onEach` is told of each that is settled. */
export async function applyBatch(
  context: RunContext,
  batch: readonly DetectedChange[],
  touched: Known['touched'],
  onEach: () => void,
): Promise<void> {
  const parked = await parkedIn(context, batch);
  const pairs = await pairsIn(context, batch);
  const wishes = await wishesOf(context, pairs);
  const lanes = laneOf(context, batch, pairs);
  await inParallel([...lanes.values()], context.options.concurrency ?? 4, async (changes) => {
    for (const change of changes) {
      context.options.signal.throwIfAborted();
      context.options.stop.throwIfAborted();
      const wanted =
        change.why === 'migration' ? undefined : wishes.get(pairs[change.side].get(change.id)?.id ?? '');
      const work = (): Promise<void> =>
        syncItem(context, change, {
          parked: parked.get(`${change.side}:${change.id}`),
          wishes: wanted ?? [],
          touched,
        });
      await (context.trace === undefined ? work() : context.trace.inHand(change, work));
      onEach();
    }
  });
}

async function parkedIn(
  context: RunContext,
  batch: readonly DetectedChange[],
): Promise<ReadonlyMap<string, Parked>> {
  const result = new Map<string, Parked>();
  for (const side of SIDES) {
    const ids = batch.filter((change) => change.side === side).map((change) => change.id);
    if (ids.length === 0) continue;
    for (const [id, parked] of await context.store.parked(side, ids)) result.set(`${side}:${id}`, parked);
  }
  return result;
}

/** The item that this one is a copy of, made by us and perhaps not known yet; else the item itself. */
function sourceOf(context: RunContext, { side, id, item }: DetectedChange): { side: Side; id: string } {
  const marker = readMarker(context.options.id, item?.marker);
  if (marker !== undefined) return { side: marker.source, id: marker.id };
  const type = item === undefined ? undefined : context.compiled.typeFor(side, item);
  const intent = item === undefined || type === undefined ? undefined : createdBy(context, type, side, item);
  return intent === undefined ? { side, id } : { side: other(side), id: intent.source };
}

type Pairs = Readonly<Record<Side, ReadonlyMap<string, Pair>>>;

async function pairsIn(context: RunContext, batch: readonly DetectedChange[]): Promise<Pairs> {
  const of = (side: Side): Promise<ReadonlyMap<string, Pair>> =>
    context.store.pairs(
      side,
      batch.filter((one) => one.side === side).map((one) => one.id),
    );
  return { left: await of('left'), right: await of('right') };
}

/** What people want of these pairs; the changes of one pair share a list, and take from it what they have answered. */
async function wishesOf(context: RunContext, pairs: Pairs): Promise<ReadonlyMap<string, Wish[]>> {
  const ids = SIDES.flatMap((side) => [...pairs[side].values()].map(({ id }) => id));
  const wishes = await context.store.wishes([...new Set(ids)]);
  return new Map([...wishes].map(([id, all]) => [id, [...all]]));
}

/** Changes that concern the same two items share a lane. */
function laneOf(
  context: RunContext,
  batch: readonly DetectedChange[],
  pairs: Pairs,
): ReadonlyMap<string, DetectedChange[]> {
  const lanes = new Map<string, DetectedChange[]>();
  for (const change of batch) {
    const source = sourceOf(context, change);
    const lane =
      pairs[change.side].get(change.id)?.id ??
      pairs[source.side].get(source.id)?.id ??
      (isToldByContent(context, change) ? 'told by content' : `${source.side}:${source.id}`);
    const list = lanes.get(lane);
    if (list === undefined) lanes.set(lane, [change]);
    else list.push(change);
  }
  return lanes;
}
