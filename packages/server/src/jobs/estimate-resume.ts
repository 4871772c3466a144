import type { ResumeEstimate } from '@lockstep/api';
import type { Side, SidePort } from '@lockstep/engine';
import { SIDES } from '@lockstep/engine';
import { lookBackOf } from '../integrations/profile.ts';
import type { Sides } from '../integrations/sides.ts';
import { trackerFailure } from '../integrations/tracker-failure.ts';
import type { Db } from '../store/database.ts';
import { countWaiting } from '../store/dropped-wishes.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { leftOutUntil, type ResumeMode } from '../store/status-change.ts';

/** Pages read of a side; who changed more gets lower bounds. */
const MOST_PAGES = 25;
/** About what an item costs: one reading, one write, on the other side. */
const PER_ITEM = 2;

interface Count {
  pages: number;
  all: number;
  recent: number;
  complete: boolean;
}

/** What each mode would bring, counted in both feeds since the pause began. Writes nothing. */
export async function estimateResume(
  { db, sides }: { readonly db: Db; readonly sides: Sides },
  entry: IntegrationEntry,
  signal: AbortSignal,
): Promise<ResumeEstimate> {
  const { configuration, pausedAt } = entry;
  const lookBack = lookBackOf(configuration);
  const nothing = { left: 0, right: 0, requests: 0, asked: 0, dropped: 0 };
  if (pausedAt === null) {
    return { lookBack, complete: true, modes: { recent: nothing, all: nothing, none: nothing } };
  }
  const since = Date.parse(pausedAt);
  const recent = Math.max(since, Date.now() - lookBack * 1000);
  const waiting = await countWaiting(db, entry.id);
  try {
    const ports = await sides.open(configuration, signal);
    const counts: Record<Side, Count> = {
      left: await countSide(ports.left, { since, recent }, signal),
      right: await countSide(ports.right, { since, recent }, signal),
    };
    const pages = counts.left.pages + counts.right.pages;
    const expected = (mode: ResumeMode, of: (count: Count) => number) => {
      const [left, right] = [of(counts.left), of(counts.right)];
      const isDropped =
        leftOutUntil(pausedAt, { who: '', why: '', resume: { mode, lookBack } }) !== undefined;
      const [asked, dropped] = isDropped ? [0, waiting] : [waiting, 0];
      return { left, right, requests: pages + PER_ITEM * (left + right + asked), asked, dropped };
    };
    return {
      pausedAt,
      lookBack,
      complete: SIDES.every((side) => counts[side].complete),
      modes: {
        recent: expected('recent', (count) => count.recent),
        all: expected('all', (count) => count.all),
        none: expected('none', () => 0),
      },
    };
  } catch (error) {
    throw trackerFailure(error, `of ${configuration.name}`);
  }
}

async function countSide(
  port: SidePort,
  from: { readonly since: number; readonly recent: number },
  signal: AbortSignal,
): Promise<Count> {
  const count: Count = { pages: 0, all: 0, recent: 0, complete: false };
  const skew = port.clockSkew?.() ?? 0;
  const feed = port.connector.items
    .changes({ since: new Date(from.since + skew).toISOString() }, signal)
    [Symbol.asyncIterator]();
  try {
    while (count.pages < MOST_PAGES) {
      const permit = await port.budget.acquire(signal);
      const step = await feed.next().finally(() => permit.release());
      if (step.done === true) return { ...count, complete: true };
      count.pages += 1;
      for (const change of step.value.changes) {
        if (change.kind !== 'item') continue;
        const changed = Date.parse(change.item.updatedAt) - skew;
        if (changed >= from.since) count.all += 1;
        if (changed >= from.recent) count.recent += 1;
      }
    }
    return count;
  } finally {
    await feed.return?.();
  }
}
