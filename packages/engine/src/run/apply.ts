import type { Parked } from '../ports/records.ts';
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
  const lanes = await laneOf(context, batch);
  await inParallel([...lanes.values()], context.options.concurrency ?? 4, async (changes) => {
    for (const change of changes) {
      context.options.signal.throwIfAborted();
      context.options.stop.throwIfAborted();
      const work = (): Promise<void> =>
        syncItem(context, change, { parked: parked.get(`${change.side}:${change.id}`), touched });
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

/** Changes that concern the same two items share a lane. */
async function laneOf(
  context: RunContext,
  batch: readonly DetectedChange[],
): Promise<ReadonlyMap<string, DetectedChange[]>> {
  const pairs: Record<Side, ReadonlyMap<string, { readonly id: string }>> = {
    left: await context.store.pairs(
      'left',
      batch.filter((one) => one.side === 'left').map((one) => one.id),
    ),
    right: await context.store.pairs(
      'right',
      batch.filter((one) => one.side === 'right').map((one) => one.id),
    ),
  };
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
