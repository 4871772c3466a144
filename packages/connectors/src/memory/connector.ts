import { ConnectorError, markdownForm } from '@lockstep/sdk';
import type {
  Attachments,
  ChangePage,
  Comments,
  Connector,
  FeedPosition,
  Items,
  Limits,
  Users,
} from '@lockstep/sdk';
import type { CallKind } from './quirks.ts';
import { schemaOf } from './schema.ts';
import type { MemoryTracker } from './tracker.ts';

/** A connector's view of a memory tracker, working as the account `sync`. */
export function connectMemory(tracker: MemoryTracker): Connector {
  const { quirks } = tracker;
  const limits: Limits = {
    versioning: quirks.versioning ?? 'compare-and-set',
    deletes: 'on-read',
    marker: quirks.marker === false ? 'none' : 'searchable',
    timestampStep: quirks.timestampStep ?? 1,
    indexLag: quirks.indexLag ?? 0,
    answerHorizon: quirks.answerHorizon ?? 1_000,
  };
  const call = async <T>(kind: CallKind, signal: AbortSignal, action: () => T): Promise<T> => {
    signal.throwIfAborted();
    tracker.counts[kind] += 1;
    await tracker.hooks.before?.(kind);
    const result = action();
    await tracker.hooks.after?.(kind);
    return result;
  };
  return {
    limits,
    richText: markdownForm,
    check: async () => ({
      account: account(tracker),
      product: `memory tracker ${tracker.name}`,
      clockSkew: 0,
      warnings: [],
    }),
    schema: async () => schemaOf(tracker.name, quirks.workflow === true),
    items: items(tracker, call),
    comments: comments(tracker, call),
    attachments: attachments(tracker, call),
    users: users(tracker),
  };
}

type Call = <T>(kind: CallKind, signal: AbortSignal, action: () => T) => Promise<T>;

function account(tracker: MemoryTracker) {
  const user = tracker.users.get('sync');
  if (user === undefined)
    throw new ConnectorError('auth', `${tracker.name}: the account sync does not exist`);
  return user;
}

function items(tracker: MemoryTracker, call: Call): Items {
  const { quirks } = tracker;
  const visible = (updatedAt: number): boolean => updatedAt + (quirks.indexLag ?? 0) <= tracker.now();
  return {
    async *changes(from: FeedPosition, signal) {
      let position = from;
      for (;;) {
        const at = position;
        const page = await call('list', signal, () => readPage(tracker, at, visible));
        yield page;
        if (page.changes.length < (quirks.pageSize ?? 100)) return;
        position = { after: page.next };
      }
    },
    get: (ids, signal) =>
      call('read', signal, () =>
        ids.filter((id) => tracker.items.get(id)?.deleted === false).map((id) => tracker.show(id)),
      ),
    async create(draft, signal) {
      const id = await call('write', signal, () =>
        tracker.create('sync', draft.fields, { marker: draft.marker, visibility: draft.visibility }),
      );
      return { item: await call('readBack', signal, () => tracker.show(id)) };
    },
    async update(id, patch, signal) {
      const before = await call('write', signal, () => {
        const shown = tracker.show(id);
        if (quirks.versioning === undefined || quirks.versioning === 'compare-and-set') {
          if (shown.version !== patch.expected)
            throw new ConnectorError('conflict', `${shown.key} has moved on to version ${shown.version}`);
        }
        tracker.edit('sync', id, patch.fields);
        return shown.fields;
      });
      const replaced = Object.fromEntries(
        Object.keys(patch.fields).map((field) => [field, before[field] ?? null]),
      );
      return { item: await call('readBack', signal, () => tracker.show(id)), replaced };
    },
    ...(quirks.marker === false
      ? {}
      : {
          find: (marker: string, signal: AbortSignal) =>
            call('find', signal, () =>
              [...tracker.items.entries()]
                .filter(([, item]) => item.marker === marker && !item.deleted && visible(item.createdAt))
                .map(([id]) => tracker.show(id)),
            ),
        }),
    delete: (id, signal) => call('write', signal, () => tracker.delete(id)),
  };
}

/** Keyset paging by (updated, number): a change between pages makes nothing skip. */
function readPage(
  tracker: MemoryTracker,
  from: FeedPosition,
  visible: (updatedAt: number) => boolean,
): ChangePage {
  const [sinceTime, sinceNumber] =
    'since' in from ? [Date.parse(from.since), -1] : (from.after.split('/').map(Number) as [number, number]);
  const page = tracker.changedSince(sinceTime, sinceNumber, visible, tracker.quirks.pageSize ?? 100);
  const last = page.at(-1);
  return {
    changes: page.map(({ id }) => ({ kind: 'item', item: tracker.show(id) })),
    next: last === undefined ? `${sinceTime}/${sinceNumber}` : `${last.item.updatedAt}/${last.item.number}`,
  };
}

function comments(tracker: MemoryTracker, call: Call): Comments {
  return {
    private: tracker.quirks.privateComments !== false,
    list: (id, signal) => call('read', signal, () => [...tracker.item(id).comments]),
    create: (id, draft, signal) =>
      call('comment', signal, () => tracker.comment('sync', id, draft.body, draft.visibility)),
  };
}

function attachments(tracker: MemoryTracker, call: Call): Attachments {
  return {
    maxSize: tracker.quirks.largestFile ?? 1024 * 1024,
    list: (id, signal) => call('read', signal, () => tracker.show(id).attachments ?? tracker.item(id).files),
    read: (id, file, signal) =>
      call('file', signal, () => {
        const found = tracker.item(id).files.find((one) => one.id === file);
        if (found === undefined)
          throw new ConnectorError('gone', `${tracker.name}: item ${id} has no file ${file}`);
        return chunks(found.content);
      }),
    async create(id, draft, signal) {
      const parts: Uint8Array[] = [];
      for await (const part of draft.content) parts.push(part);
      return call('file', signal, () =>
        tracker.attach('sync', id, draft.name, Buffer.concat(parts), draft.contentType),
      );
    },
  };
}

async function* chunks(content: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}

function users(tracker: MemoryTracker): Users {
  const fold = (text: string | undefined): string | undefined => text?.toLowerCase();
  return {
    self: async () => account(tracker),
    get: async (id) => tracker.users.get(id),
    find: async (by) =>
      [...tracker.users.values()].filter(
        (user) =>
          (by.email !== undefined && fold(user.email) === fold(by.email)) ||
          (by.login !== undefined && user.login === by.login) ||
          (by.name !== undefined && user.name === by.name),
      ),
  };
}
