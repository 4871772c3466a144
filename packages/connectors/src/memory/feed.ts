import type { ChangePage, FeedPosition } from '@lockstep/sdk';
import type { Session } from './session.ts';
import type { MemoryTracker } from './tracker.ts';

/** Everything changed at or behind a position, page by page, ascending by (updated, number). */
export async function* readFeed(
  session: Session,
  from: FeedPosition,
  signal: AbortSignal,
): AsyncIterable<ChangePage> {
  const size = session.tracker.quirks.pageSize ?? 100;
  let position = from;
  for (;;) {
    const at = position;
    const page = await session.call('list', signal, () => readPage(session.tracker, at, size));
    yield page;
    if (page.changes.length < size) return;
    position = { after: page.next };
  }
}

/** Keyset paging: a change between two pages makes nothing skip. */
function readPage(tracker: MemoryTracker, from: FeedPosition, size: number): ChangePage {
  const [time, number] =
    'since' in from ? [Date.parse(from.since), -1] : (from.after.split('/').map(Number) as [number, number]);
  const isShown = (updatedAt: number): boolean => !tracker.isBlind && tracker.isIndexed(updatedAt);
  const page = tracker.changedSince(time, number, isShown, size);
  const last = page.at(-1);
  return {
    changes: page.map(({ id }) => ({ kind: 'item', item: tracker.show(id) })),
    next: last === undefined ? `${time}/${number}` : `${last.at}/${last.item.number}`,
  };
}
