import { toConnectorError } from '@lockstep/sdk';
import type { Item } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { LedgerEntry, Pair, Parked } from '../ports/records.ts';
import type { Wish } from '../ports/wish.ts';
import { LeaseLost, StoreFailed } from '../ports/store.ts';
import type { DetectedChange } from '../ports/store.ts';
import type { RunContext } from './context.ts';
import { migratePair } from '../migration/migrate-pair.ts';
import { isGivenAgain } from './given-again.ts';
import { hardResync } from './hard-resync.ts';
import { seenAs } from './known-version.ts';
import { leftOutOf } from './left-out.ts';
import { handleMissing } from './missing.ts';
import { park, parkFor } from './park.ts';
import { ruleFailed, unmetOf } from './rules.ts';
import { canSee } from './sight.ts';
import { ledgerOf, syncPair } from './sync-pair.ts';
import { syncNew } from './sync-new.ts';
import { stopsConnection } from './tracker.ts';
import { answersAtTheEnd } from './wishes.ts';
import { withSide, Work } from './work.ts';
import type { Seen } from './work.ts';

/** What the store knew about a batch of changes when it was read. */
export interface Known {
  readonly parked: Parked | undefined;
  /** What people want of the pair; those answered are taken out. */
  readonly wishes: Wish[];
  /** What this run has settled, as the ledger knows it, by pair: their spooled rows are stale. */
  readonly touched: Map<string, Partial<Record<Side, string>>>;
}

/** Syncs one detected change and settles it. Only what concerns the whole run is thrown. */
export async function syncItem(context: RunContext, change: DetectedChange, known: Known): Promise<void> {
  const work = new Work(context, change, known.parked, known.wishes);
  const observed = { left: context.clock.now(), right: context.clock.now() };
  const seen: Seen = {};
  let ledger: LedgerEntry[] = [];
  let outage: Error | undefined;
  try {
    const pair = (await context.store.pairs(change.side, [change.id])).get(change.id);
    const item = await present(work, change, pair, known);
    if (item === 'settled') return;
    work.row = change.item;
    if (item === undefined) ledger = await gone(work, change, pair);
    else {
      work.names(change.side, item);
      seen[change.side] = item;
      // What waited since before the pause is not of the pause, and resync is somebody's wish, as any other.
      const leftOut =
        change.why === 'changed' && known.parked === undefined && known.wishes.length === 0
          ? leftOutOf(context, change.side, item.updatedAt)
          : undefined;
      if (leftOut !== undefined) {
        work.outcome = 'skipped';
        work.message = leftOut;
      } else if (pair === undefined) await syncNew(work, item, seen);
      else await syncKnown(work, change, pair, item, seen);
    }
  } catch (error) {
    context.options.signal.throwIfAborted();
    if (error instanceof LeaseLost || error instanceof StoreFailed || stopsConnection(error)) throw error;
    const failure = toConnectorError(error);
    parkFor(work, failure);
    if (failure.kind === 'unavailable') outage = failure;
  }
  ledger.push(...settledOf(work, seen, observed));
  if (work.pair !== undefined) {
    const versions = Object.fromEntries(ledger.map((entry) => [entry.side, entry.version]));
    known.touched.set(work.pair.id, { ...known.touched.get(work.pair.id), ...versions });
  }
  const answers = answersAtTheEnd(work);
  await work.finish(
    ledger.map((entry) =>
      work.outcome === 'skipped' && work.message !== undefined ? { ...entry, skipped: work.message } : entry,
    ),
    answers,
  );
  if (outage !== undefined) throw outage;
}

/**
 * The item itself is settled: carried, or parked. Its counterpart is only where nothing parked and its comments and
 * files were looked through as well: a version in the ledger is never looked at again.
 */
function settledOf(work: Work, seen: Seen, observed: Both<number>): readonly LedgerEntry[] {
  if (work.isPartial) return [];
  return ledgerOf(work, seen, observed).filter(
    ({ side }) => side === work.origin || (work.parked.length === 0 && work.lookedThrough.has(side)),
  );
}

/** The item to believe: the feed's row, or a fresh reading where the row may be older than what is known. */
async function present(
  work: Work,
  change: DetectedChange,
  pair: Pair | undefined,
  known: Known,
): Promise<Item | undefined | 'settled'> {
  if (change.why === 'deleted' && change.item === undefined && pair === undefined) return undefined;
  const row = change.item;
  const base = pair?.[change.side].base;
  if (row !== undefined && (pair === undefined || !known.touched.has(pair.id))) {
    if (
      base === undefined ||
      row.version === base.version ||
      Date.parse(row.updatedAt) > Date.parse(base.updatedAt)
    )
      return row;
  }
  if (row !== undefined && pair !== undefined && known.touched.has(pair.id)) {
    if (known.touched.get(pair.id)?.[change.side] === seenAs(row)) return 'settled';
  }
  return work.context.trackers[change.side].read(change.id);
}

async function gone(work: Work, change: DetectedChange, pair: Pair | undefined): Promise<LedgerEntry[]> {
  const reported = change.why === 'deleted';
  if (pair === undefined && !reported && !(await canSee(work.context, change.side, change.id))) {
    park(work, 'gone', `${work.key} is not there, or this account no longer sees it`, {
      remedy: 'Nothing to do if it was deleted. Otherwise restore the account’s right to see it.',
    });
  } else if (pair === undefined) {
    work.outcome = 'skipped';
    work.message = 'the item is gone and never had a counterpart';
  } else if (pair.state === 'active') {
    work.pair = pair;
    work.names(change.side, pair[change.side]);
    work.names(other(change.side), pair[other(change.side)]);
    await handleMissing(work, change.side, reported);
  }
  return reported ? [{ side: change.side, id: change.id, version: 'deleted', firm: true }] : [];
}

async function syncKnown(
  work: Work,
  change: DetectedChange,
  pair: Pair,
  item: Item,
  seen: Seen,
): Promise<void> {
  const { context } = work;
  work.names(other(work.origin), pair[other(work.origin)]);
  if (pair.state === 'unlinked') {
    work.outcome = 'skipped';
    work.message = 'the pair was unlinked';
    return;
  }
  work.pair = pair;
  const { missingSince, isUnheard, heldBack } = pair[other(work.origin)];
  const isLookedAt = missingSince !== undefined || isUnheard === true || heldBack !== undefined;
  if (isLookedAt && !(await returned(work, pair, seen))) return;
  const type = context.compiled.typeOf(
    work.origin === 'left' ? item.type : pair.left.type,
    work.origin === 'right' ? item.type : pair.right.type,
  );
  const failed =
    type === undefined
      ? context.compiled.whyNoType(work.origin, item)
      : ruleFailed(context, work.origin, item, 'synced');
  if (type === undefined || failed !== undefined) {
    work.outcome = 'skipped';
    work.message = failed ?? '';
    if (type !== undefined) work.unmet = unmetOf(context, work.origin, item, 'synced');
    work.pair = withSide(work.pair, work.origin, { ...work.pair[work.origin], heldBack: work.message });
    return;
  }
  if (change.why === 'migration') return migratePair(work, type, work.pair, seen);
  if (!(await hardResync(work, type, seen))) return;
  await syncPair(work, type, work.pair, seen);
}

/** The counterpart was missing or out of scope at the last look, or not heard: how does it stand? False: it is gone. */
async function returned(work: Work, pair: Pair, seen: Seen): Promise<boolean> {
  const side = other(work.origin);
  const item = await work.context.trackers[side].read(pair[side].id);
  if (item === undefined) {
    if (!(await isGivenAgain(work, seen))) await handleMissing(work, side, false);
    return false;
  }
  seen[side] = item;
  return true;
}
