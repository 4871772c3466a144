import type { Connector } from '@lockstep/sdk';
import { ConnectorError } from '@lockstep/sdk';
import { Bench, checks, Lacking } from '@lockstep/sdk/testkit';
import type { CheckName } from '@lockstep/sdk/testkit';
import { expect, it } from 'vitest';
import { openMemory, samples } from './testing/subject.ts';
import type { Quirks } from './quirks.ts';

/** A defect a connector could have. */
interface Defect {
  readonly quirks?: Quirks;
  sabotage(connector: Connector): Connector;
}

type Facet = 'items' | 'comments' | 'attachments' | 'users';

function broken<Name extends Facet>(
  name: Name,
  change: (facet: NonNullable<Connector[Name]>) => Partial<NonNullable<Connector[Name]>>,
  quirks: Quirks = {},
): Defect {
  return {
    quirks,
    sabotage: (connector) => {
      const facet = connector[name] as NonNullable<Connector[Name]>;
      return { ...connector, [name]: { ...facet, ...change(facet) } };
    },
  };
}

/** A tracker that changes the descriptions it stores. */
const stores = (change: (text: string) => string): Defect =>
  broken('items', ({ create }) => ({
    create: (draft, signal) => {
      const { description } = draft.fields;
      if (typeof description !== 'string') return create(draft, signal);
      return create({ ...draft, fields: { ...draft.fields, description: change(description) } }, signal);
    },
  }));

const exact: Quirks = { versioning: 'exact' };

/** Every check, with a defect that it must see. */
const defects: Readonly<Record<CheckName, Defect>> = {
  'check-names-the-account': {
    sabotage: (connector) => ({
      ...connector,
      check: async (signal) => ({ ...(await connector.check(signal)), warnings: ['no_sentence'] }),
    }),
  },
  'schema-fits-the-samples': {
    sabotage: (connector) => ({
      ...connector,
      schema: async (signal) => {
        const schema = await connector.schema(signal);
        return { ...schema, types: schema.types.map((type) => ({ ...type, fields: type.fields.slice(1) })) };
      },
    }),
  },
  'limits-agree-with-the-facets': {
    sabotage: (connector) => ({ ...connector, limits: { ...connector.limits, marker: 'none' } }),
  },
  'wrong-secret-is-auth': { sabotage: (connector) => connector },
  'abort-stops': broken('items', ({ create }) => ({
    create: (draft) => create(draft, new AbortController().signal),
  })),
  'create-gives-what-is-stored': broken('items', ({ create }) => ({
    create: async (draft, signal) => {
      const { item } = await create(draft, signal);
      return { item: { ...item, fields: { ...item.fields, severity: 'minor' } } };
    },
  })),
  'marker-is-found': broken('items', ({ find }) => ({
    find: async (marker, signal) =>
      (await find?.(marker, signal))?.length === 0 ? ((await find?.(marker.slice(0, -1), signal)) ?? []) : [],
  })),
  'get-leaves-out-the-unknown': broken('items', ({ get }) => ({
    get: async (ids, signal) => {
      const found = await get(ids, signal);
      if (found.length < ids.length) throw new ConnectorError('gone', 'one is not there');
      return found;
    },
  })),
  'get-answers-each-id-once': broken('items', ({ get }) => ({
    get: async (ids, signal) => get(ids.slice(0, 2), signal),
  })),
  'unknown-field-is-not-swallowed': broken('items', ({ create }) => ({
    create: async (draft, signal) => {
      const known = Object.entries(draft.fields).filter(([id]) => !id.startsWith('testkit-'));
      const { item } = await create({ ...draft, fields: Object.fromEntries(known) }, signal);
      return { item: { ...item, fields: { ...item.fields, ...draft.fields } } };
    },
  })),
  'unknown-option-is-not-swallowed': broken('items', ({ update }) => ({
    update: (id, patch, signal) => update(id, { ...patch, fields: { priority: 'low' } }, signal),
  })),
  'private-item-stays-private': broken('items', ({ create }) => ({
    create: (draft, signal) => create({ ...draft, visibility: 'public' }, signal),
  })),
  'deleted-item-is-absent': {
    sabotage: (connector) => ({ ...connector, limits: { ...connector.limits, deletes: 'reported' } }),
  },
  'update-gives-what-is-stored': broken('items', ({ update }) => ({
    update: (id, patch, signal) =>
      update(id, { ...patch, fields: { ...patch.fields, severity: null } }, signal),
  })),
  'update-empties-a-field': broken('items', ({ update }) => ({
    update: (id, patch, signal) => {
      const kept = Object.entries(patch.fields).filter(([, value]) => value !== null);
      return update(id, { ...patch, fields: Object.fromEntries(kept) }, signal);
    },
  })),
  'update-of-the-unknown-is-gone': broken('items', () => ({
    update: async () => Promise.reject(new ConnectorError('rejected', 'no')),
  })),
  'version-moves-with-an-edit': broken('items', ({ get }) => ({
    get: async (ids, signal) =>
      (await get(ids, signal)).map((item) => ({ ...item, version: `0 ${item.createdAt}` })),
  })),
  'exact-versions-tell-quick-edits-apart': broken(
    'items',
    ({ get }) => ({
      get: async (ids, signal) =>
        (await get(ids, signal)).map((item) => ({ ...item, version: item.updatedAt })),
    }),
    exact,
  ),
  'stale-write-is-refused': {
    quirks: exact,
    sabotage: (connector) => ({
      ...connector,
      limits: { ...connector.limits, versioning: 'compare-and-set' },
    }),
  },
  'overwritten-value-is-told': broken(
    'items',
    ({ update }) => ({
      update: async (id, patch, signal) => ({ ...(await update(id, patch, signal)), replaced: {} }),
    }),
    exact,
  ),
  'feed-is-complete-and-ascending': broken('items', ({ changes }) => ({
    async *changes(from, signal) {
      for await (const page of changes(from, signal)) yield { ...page, changes: page.changes.toReversed() };
    },
  })),
  'feed-starts-at-its-instant': broken('items', ({ changes }) => ({
    changes: (from, signal) =>
      changes('since' in from ? { since: new Date(Date.parse(from.since) + 1).toISOString() } : from, signal),
  })),
  'feed-of-nothing-is-one-empty-page': broken('items', ({ changes }) => ({
    async *changes(from, signal) {
      for await (const page of changes(from, signal)) if (page.changes.length > 0) yield page;
    },
  })),
  'feed-loses-no-equal-timestamps': broken(
    'items',
    ({ changes }) => ({
      changes: (from, signal) =>
        changes('after' in from ? { after: `${Number(from.after.split('/')[0]) + 1}/0` } : from, signal),
    }),
    { pageSize: 3 },
  ),
  'feed-continues-behind-its-cursor': broken('items', ({ changes }) => ({
    changes: (_, signal) => changes({ since: '2020-01-01T00:00:00.000Z' }, signal),
  })),
  'feed-moves-with-a-comment': broken('items', ({ changes }) => ({
    async *changes(from, signal) {
      for await (const page of changes(from, signal)) yield { ...page, changes: page.changes.slice(0, 1) };
    },
  })),
  'text-unicode-survives': stores((text) => text.replaceAll(/[^\0-\uFFFF]/gu, '?')),
  'text-markup-survives': stores((text) => text.replaceAll('\n\n', ' ')),
  'text-line-ends-survive': stores((text) => text.replaceAll('\r\n', '')),
  'text-long-survives': stores((text) => text.slice(0, 4_000)),
  'text-empty-survives': stores((text) => (text === '' ? '(none)' : text)),
  'comment-is-listed': broken('comments', ({ list }) => ({
    list: async (id, signal) => (await list(id, signal)).toReversed(),
  })),
  'comment-of-a-person-is-theirs': broken('comments', ({ list }) => ({
    list: async (id, signal) => (await list(id, signal)).map((one) => ({ ...one, author: { id: 'sync' } })),
  })),
  'comment-private-stays-private': broken('comments', ({ create }) => ({
    create: async (id, draft, signal) => ({
      ...(await create(id, { ...draft, visibility: 'public' }, signal)),
      visibility: draft.visibility,
    }),
  })),
  'comments-of-an-item-are-the-list': broken('items', ({ get }) => ({
    get: async (ids, signal) => (await get(ids, signal)).map((item) => ({ ...item, comments: [] })),
  })),
  'comment-can-be-edited': broken('comments', ({ create }) => ({
    update: (id, _, draft, signal) => create(id, draft, signal),
  })),
  'comment-on-nothing-is-gone': broken('comments', () => ({
    create: async () => Promise.reject(new ConnectorError('protocol', 'what?')),
  })),
  'attachment-goes-there-and-back': broken('attachments', ({ read }) => ({
    async read(id, file, signal) {
      const content = await read(id, file, signal);
      return (async function* () {
        for await (const chunk of content) yield Uint8Array.from(chunk, (byte) => byte & 0x7f);
      })();
    },
  })),
  'attachment-too-large-is-unread': broken('attachments', ({ create }) => ({
    async create(id, draft, signal) {
      for await (const _ of draft.content) break;
      return create(id, draft, signal);
    },
  })),
  'attachment-names-may-repeat': broken('attachments', ({ list }) => ({
    list: async (id, signal) => (await list(id, signal)).slice(0, 1),
  })),
  'attachment-unknown-is-gone': broken('attachments', () => ({
    read: async () => (async function* () {})(),
  })),
  'link-is-set-once': {
    sabotage: (connector) => ({
      ...connector,
      links: {
        list: async (id, signal) => {
          const list = (await connector.links?.list(id, signal)) ?? [];
          return [...list, ...list];
        },
        add: async (id, link, signal) => connector.links?.add(id, link, signal),
      },
    }),
  },
  'user-self-is-found': broken('users', ({ find }) => ({
    find: async (by, signal) => (by.email === by.email?.toLowerCase() ? find(by, signal) : []),
  })),
  'user-find-is-exact': broken('users', ({ self }) => ({ find: async (_, signal) => [await self(signal)] })),
  'user-person-is-known': broken('users', ({ self }) => ({ get: async (_, signal) => self(signal) })),
};

it.each(Object.entries(defects) as [CheckName, Defect][])(
  '%s turns red on a defect',
  async (name, defect) => {
    const quirks = defect.quirks ?? {};
    await checks[name].run(new Bench(openMemory(quirks), samples));
    const whole = openMemory(quirks);
    const subject = { ...whole, connector: defect.sabotage(whole.connector), refused: whole.connector };
    const failure: unknown = await checks[name]
      .run(new Bench(subject, samples))
      .catch((error: unknown) => error);
    expect(failure, 'found by the check, not by accident').toSatisfy(
      (error) =>
        error instanceof ConnectorError || (error instanceof Error && error.name === 'AssertionError'),
    );
  },
);

it('is not passed by a facet that is missing', async () => {
  const { comments: _, ...connector } = openMemory({}).connector;
  const bench = new Bench({ ...openMemory({}), connector }, samples);
  await expect(checks['comment-is-listed'].run(bench)).rejects.toThrow(Lacking);
});
