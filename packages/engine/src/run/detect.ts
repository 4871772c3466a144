import type { Change } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import type { StoredCursor } from '../ports/records.ts';
import type { DetectedChange } from '../ports/store.ts';
import { hash } from './intents.ts';
import { instant, startOf } from './context.ts';
import { inParallel } from './in-parallel.ts';
import { seenAs } from './known-version.ts';
import type { RunContext, RunPorts } from './context.ts';

/** Spools what changed on both sides since their cursors, and what is due; gives the cursors to keep afterwards. */
export async function detect(
  context: RunContext,
  progress?: RunPorts['progress'],
): Promise<Both<StoredCursor>> {
  const stored = await context.store.cursors();
  const due = await context.store.due(instant(context.clock.now()), 1_000);
  if (due.length > 0) await context.store.spool(due);
  const found: Partial<Record<Side, StoredCursor>> = {};
  const failed = new AbortController();
  let done = 0;
  const onFound = (count: number): void => progress?.({ phase: 'detect', done: (done += count), total: 0 });
  await inParallel(SIDES, SIDES.length, async (side) => {
    try {
      found[side] = await detectSide(context, side, stored[side], { inVain: failed.signal, onFound });
    } catch (error) {
      failed.abort();
      throw error;
    }
  });
  return found as Both<StoredCursor>;
}

async function detectSide(
  context: RunContext,
  side: Side,
  stored: StoredCursor | undefined,
  { inVain, onFound }: { readonly inVain: AbortSignal; readonly onFound: (count: number) => void },
): Promise<StoredCursor> {
  const tracker = context.trackers[side];
  const pollStart = context.clock.now();
  const since = stored?.since ?? startOf(context, side);
  let isEmpty = true;
  for await (const page of tracker.changes({ since })) {
    if (page.changes.length > 0) isEmpty = false;
    const fresh = await dropKnown(context, side, page.changes);
    if (fresh.length > 0) await context.store.spool(fresh);
    onFound(fresh.length);
    context.options.stop.throwIfAborted();
    inVain.throwIfAborted();
  }
  // Nothing changed, or an account without rights sees nothing: read from here again, and miss nothing either way.
  if (isEmpty) return { fingerprint: fingerprint(context, side), since };
  return {
    fingerprint: fingerprint(context, side),
    since: instant(Math.max(Date.parse(startOf(context, side)), tracker.earliest(pollStart))),
  };
}

/** Re-reading an overlap costs nothing: what the ledger knows firmly is dropped. */
async function dropKnown(
  context: RunContext,
  side: Side,
  changes: readonly Change[],
): Promise<DetectedChange[]> {
  if (changes.length === 0) return [];
  const ids = changes.map((change) => (change.kind === 'item' ? change.item.id : change.id));
  const ledger = await context.store.ledger(side, ids);
  return changes.flatMap((change): DetectedChange[] => {
    if (change.kind === 'deleted') {
      return ledger.get(change.id)?.version === 'deleted' ? [] : [{ side, id: change.id, why: 'deleted' }];
    }
    const known = ledger.get(change.item.id);
    if (known !== undefined && known.firm && known.version === seenAs(change.item)) return [];
    return [{ side, id: change.item.id, why: 'changed', item: change.item }];
  });
}

function fingerprint(context: RunContext, side: Side): string {
  const { configuration } = context.compiled;
  return hash(JSON.stringify([configuration[side], configuration.types.map((type) => type[side])])).slice(
    0,
    16,
  );
}
