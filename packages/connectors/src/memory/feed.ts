import type { ChangePage, FeedPosition } from '@lockstep/sdk';
import type { Session } from './session.ts';
import type { MemoryTracker } from './tracker.ts';
import { fromLocal, localSince } from './zone.ts';

/** Everything changed at or behind a position, page by page, ascending by (updated, number). */
export async function* readFeed(
  session: Session,
  from: FeedPosition,
  signal: AbortSignal,
): AsyncIterable<ChangePage> {
  const { tracker } = session;
  const size = tracker.quirks.pageSize ?? 100;
  let position = from;
  let changed: number | undefined;
  for (;;) {
    const at = position;
    const page = await session.call('list', signal, () => {
      if (changed !== undefined && changed !== tracker.changed) tracker.hooks.played?.('page drift');
      changed = tracker.changed;
      return readPage(tracker, at, size);
    });
    yield page;
    if (page.changes.length < size) return;
    position = { after: page.next };
  }
}

/** Keyset paging: a change between two pages makes nothing skip. */
function readPage(tracker: MemoryTracker, from: FeedPosition, size: number): ChangePage {
  const [time, number] =
    'since' in from
      ? [askedSince(tracker, Date.parse(from.since)), -1]
      : (from.after.split('/').map(Number) as [number, number]);
  let isStale = false;
  const isShown = (updatedAt: number): boolean => {
    const isIndexed = tracker.isIndexed(updatedAt);
    if (!isIndexed) isStale = true;
    return !tracker.isBlind && isIndexed;
  };
  const page = tracker.changedSince(time, number, isShown, size);
  if (isStale) tracker.hooks.played?.('stale index');
  const last = page.at(-1);
  return {
    changes: page.map(({ id }) => ({ kind: 'item', item: tracker.show(id) })),
    next: last === undefined ? `${time}/${number}` : `${last.at}/${last.item.number}`,
  };
}

/** What the tracker makes of an instant that it is asked for in its local time; never a later one. */
function askedSince(tracker: MemoryTracker, instant: number): number {
  const { zone } = tracker.quirks;
  if (zone === undefined) return instant;
  const local = localSince(instant, zone);
  tracker.hooks.played?.('time zone');
  const asked = fromLocal(local, zone);
  if (asked < instant) tracker.hooks.played?.('hour that comes twice');
  return asked;
}
