import type { Change, Connector, Item, Items, Receipt } from '@lockstep/sdk';

/** The connector, but each item that it gives passes through `complete` first. */
export function withSources(connector: Connector, complete: (item: Item) => Item): Connector {
  const { items } = connector;
  const receipt = (given: Receipt): Receipt => ({ ...given, item: complete(given.item) });
  const change = (one: Change): Change => (one.kind === 'item' ? { ...one, item: complete(one.item) } : one);
  const completed: Items = {
    async *changes(from, signal) {
      for await (const page of items.changes(from, signal))
        yield { ...page, changes: page.changes.map(change) };
    },
    get: async (ids, signal) => (await items.get(ids, signal)).map(complete),
    create: async (draft, signal) => receipt(await items.create(draft, signal)),
    update: async (id, patch, signal) => receipt(await items.update(id, patch, signal)),
    ...(items.find === undefined
      ? {}
      : { find: async (marker, signal) => ((await items.find?.(marker, signal)) ?? []).map(complete) }),
    ...(items.delete === undefined
      ? {}
      : { delete: async (id, signal) => items.delete?.(id, signal) ?? Promise.resolve() }),
  };
  return Object.create(connector, { items: { value: completed, enumerable: true } }) as Connector;
}
