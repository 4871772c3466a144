import { ConnectorError, readBack } from '@lockstep/sdk';
import type { Item, Items } from '@lockstep/sdk';
import { readFeed } from './feed.ts';
import type { Session } from './session.ts';

export function createItems(session: Session): Items {
  const { tracker } = session;
  const { quirks } = tracker;
  const isCompared = (quirks.versioning ?? 'compare-and-set') === 'compare-and-set';
  const stored = async (id: string, signal: AbortSignal): Promise<Item> =>
    readBack(`item ${id}`, async () => session.call('readBack', signal, () => tracker.show(id)));
  return {
    changes: (from, signal) => readFeed(session, from, signal),
    get: (ids, signal) =>
      session.call('read', signal, () =>
        ids.filter((id) => tracker.isVisible(id)).map((id) => tracker.show(id)),
      ),
    async create(draft, signal) {
      const id = await session.call('write', signal, () =>
        tracker.create(session.by, draft.fields, { marker: draft.marker, visibility: draft.visibility }),
      );
      return { item: await stored(id, signal) };
    },
    async update(id, patch, signal) {
      const before = await session.call('write', signal, () => {
        session.visible(id);
        const shown = tracker.show(id);
        if (isCompared && shown.version !== patch.expected)
          throw new ConnectorError('conflict', `${shown.key} has moved on to version ${shown.version}`);
        tracker.edit(session.by, id, patch.fields);
        return shown.fields;
      });
      const replaced = Object.fromEntries(
        Object.keys(patch.fields).map((field) => [field, before[field] ?? null]),
      );
      return { item: await stored(id, signal), replaced };
    },
    ...(quirks.marker === false
      ? {}
      : {
          find: (marker: string, signal: AbortSignal) =>
            session.call('find', signal, () =>
              tracker
                .markedWith(marker)
                .filter((id) => tracker.isVisible(id) && tracker.isIndexed(tracker.item(id).createdAt))
                .map((id) => tracker.show(id)),
            ),
        }),
    delete: (id, signal) => session.call('write', signal, () => tracker.delete(id)),
  };
}
