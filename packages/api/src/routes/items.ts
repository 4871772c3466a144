import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Side } from '../item.ts';
import { PageQuery, pageOf } from '../page.ts';
import { DroppedWish, HistoryEntry, KnownItem, Sync, SyncQuery } from '../synced-item.ts';
import { answers, NameParameter } from './answers.ts';

const tags = ['items'];

/** How people name an item. */
export const ItemName = z
  .string()
  .trim()
  .min(1)
  .max(2_000)
  .openapi({ description: 'An id, key or address of either side' });

export const listItems = createRoute({
  method: 'get',
  path: '/api/integrations/{name}/items',
  ...needs('viewer'),
  tags,
  summary: 'Latest synced items: the newest outcome of each, with what was changed',
  request: { params: NameParameter, query: SyncQuery },
  responses: answers(pageOf(Sync), 'A page'),
});

export const findItem = createRoute({
  method: 'get',
  path: '/api/items',
  ...needs('viewer', 'somewhere'),
  tags,
  summary: 'Where an item is known: every integration that has looked at it',
  request: { query: z.object({ item: ItemName }) },
  responses: answers(z.object({ items: z.array(KnownItem) }), 'The places; none if no run has looked at it'),
});

export const getItemHistory = createRoute({
  method: 'get',
  path: '/api/integrations/{name}/items/{side}/{id}/history',
  ...needs('viewer'),
  tags,
  summary: 'All that was done to one item and its counterpart, newest first',
  request: {
    params: NameParameter.extend({ side: Side, id: z.string().min(1).max(500) }),
    query: PageQuery,
  },
  responses: answers(
    pageOf(HistoryEntry).extend({
      dropped: z.array(DroppedWish).openapi({ description: 'Newest first; the same on each page' }),
    }),
    'A page',
  ),
});
