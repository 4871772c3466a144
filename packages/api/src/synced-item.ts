import { z } from '@hono/zod-openapi';
import { Action } from './action.ts';
import { Conflict, Parked, Side, Value } from './item.ts';
import { PageQuery } from './page.ts';

const title = z
  .string()
  .openapi({ description: 'As people see it in the tracker; the id where it is not known' });

/** An item as a record names it. */
export const SyncedItem = z
  .object({
    id: z.string(),
    key: z.string(),
    url: z.string(),
    type: z.string().optional().openapi({ description: 'Title of its type' }),
    title: z.string().optional().openapi({ description: 'As last seen by a run' }),
  })
  .openapi('SyncedItem');
export type SyncedItem = z.infer<typeof SyncedItem>;

const FieldChange = z.object({
  side: Side,
  field: z.string(),
  title,
  before: Value,
  after: Value,
  words: z
    .object({ before: z.string(), after: z.string() })
    .openapi({ description: 'The values as people see them in the tracker' }),
  reason: z.string(),
  by: z.string().openapi({
    description: 'The person whose change it carries, where the tracker told; else “Lockstep”',
  }),
});

/** The outcome of one item in one run. */
export const Sync = z
  .object({
    id: z.string(),
    run: z.string(),
    left: SyncedItem.optional(),
    right: SyncedItem.optional(),
    origin: Side.openapi({ description: 'The side whose item was looked at' }),
    outcome: z.string(),
    at: z.string(),
    changes: z.array(FieldChange),
    parts: z.array(z.string()).openapi({ description: 'Comments, files and references written, in words' }),
    message: z.string().optional(),
    failed: z.boolean().openapi({ description: 'Something of it failed and waits, parked' }),
    remedy: z.string().optional(),
    unmet: z
      .array(
        z.object({
          filter: z.enum(['all', 'new', 'synced']),
          side: Side,
          condition: z.string(),
          values: z.array(z.object({ field: z.string(), title, value: Value, words: z.string() })),
        }),
      )
      .openapi({ description: 'Conditions of filters that it did not meet, each with what the item has' }),
    actions: z
      .array(Action)
      .optional()
      .openapi({ description: 'Of a list: what can be done about it now; see `POST …/recovery`' }),
  })
  .openapi('Sync');
export type Sync = z.infer<typeof Sync>;

const instant = z
  .string()
  .max(40)
  .refine((text) => !Number.isNaN(Date.parse(text)), 'it is no date; write it like 2024-01-31')
  .transform((text) => new Date(text).toISOString());

export const SyncQuery = PageQuery.extend({
  run: z.string().max(100).optional().openapi({ description: 'All that this run did, not only the newest' }),
  outcome: z
    .enum([
      'failed',
      'created',
      'adopted',
      'updated',
      'unchanged',
      'skipped',
      'conflicted',
      'parked',
      'unlinked',
      'deleted',
    ])
    .optional()
    .openapi({ description: '`failed`: something of it is parked, whatever else was done' }),
  type: z.string().max(200).optional().openapi({ description: 'Title or id of a type, of either side' }),
  text: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'In a key or a title, without regard to case' }),
  since: instant.optional().openapi({ description: 'Records of then or later' }),
  until: instant.optional().openapi({ description: 'Records before then' }),
  side: Side.optional().openapi({ description: 'The side whose item was looked at' }),
});

/** Where an item that was asked for by name is known. */
export const KnownItem = z
  .object({
    integration: z.string(),
    side: Side.openapi({ description: 'The side on which it is called so' }),
    id: z.string(),
    left: SyncedItem.optional(),
    right: SyncedItem.optional(),
    pair: z.enum(['active', 'unlinked']).optional().openapi({ description: 'Absent: it has no counterpart' }),
    outcome: z.string().openapi({ description: 'The newest' }),
    at: z.string(),
    parked: z.array(Parked),
  })
  .openapi('KnownItem');
export type KnownItem = z.infer<typeof KnownItem>;

/** What somebody asked for of an item, and a pause took: it is not done any more. */
export const DroppedWish = z
  .object({
    asked: z.string().openapi({ description: 'resync, hard-resync, recreate, resolve or undo' }),
    who: z.string(),
    askedAt: z.string(),
    droppedAt: z.string().openapi({ description: 'When the integration was enabled again' }),
    droppedBy: z.string(),
  })
  .openapi('DroppedWish');
export type DroppedWish = z.infer<typeof DroppedWish>;

/** One look of a run at an item, with the conflicts that it recorded. */
export const HistoryEntry = Sync.extend({ conflicts: z.array(Conflict) }).openapi('HistoryEntry');
export type HistoryEntry = z.infer<typeof HistoryEntry>;
