import { z } from '@hono/zod-openapi';
import { Filter } from './document/filter.ts';
import { PlanEntry } from './item.ts';

const count = z.number().int();
const instant = z
  .string()
  .max(40)
  .refine((text) => !Number.isNaN(Date.parse(text)), 'it is no date; write it like 2024-01-31')
  .transform((text) => new Date(text).toISOString());

export const MigrationBody = z
  .strictObject({
    from: z.enum(['left', 'right']).openapi({ description: 'The side whose items are moved to the other' }),
    createdAfter: instant
      .optional()
      .openapi({ description: 'Items made then or later, by that tracker’s clock' }),
    createdBefore: instant.optional().openapi({ description: 'Items made before then' }),
    items: z
      .array(z.string().trim().min(1).max(500))
      .min(1)
      .max(5_000)
      .optional()
      .openapi({ description: 'Ids, keys or addresses: only these' }),
    filter: Filter.optional().openapi({
      description: 'Only items that meet it, beside the integration’s own filters',
    }),
    alreadyMigrated: z.enum(['skip', 'update', 'replace']).default('skip').openapi({
      description:
        'What has a counterpart: `skip` leaves it, `update` brings what changed since as a run would, `replace` writes every chosen field as the side moved from has it',
    }),
    fields: z.array(z.string().min(1).max(200)).min(1).max(200).optional().openapi({
      description: 'Of the side moved from, ids or titles; the others stay as they are on both sides',
    }),
  })
  .openapi('MigrationBody');
export type MigrationBody = z.output<typeof MigrationBody>;
export type MigrationInput = z.input<typeof MigrationBody>;

const Both = z.object({ left: z.number(), right: z.number() });

export const MigrationPlan = z
  .object({
    integration: z.string(),
    examined: count.openapi({ description: 'Items read' }),
    chosen: count,
    counts: z.record(z.string(), count).openapi({
      description:
        'Chosen items by what becomes of them: create, update, replace, nothing, skip, park, adopt',
    }),
    reasons: z.array(z.object({ action: z.string(), reason: z.string(), items: count })).openapi({
      description: 'Why items are skipped, or would be parked',
    }),
    entries: z.array(PlanEntry).openapi({ description: 'Some of the items, with what would be written' }),
    unknown: z.array(z.string()).openapi({ description: 'Names that no item answers to' }),
    complete: z
      .boolean()
      .openapi({ description: 'False: only the first pages were read, the counts are lower bounds' }),
    estimate: z.object({
      requests: Both,
      seconds: z.number(),
      basis: z.enum(['measured', 'assumed']).openapi({
        description:
          '`measured`: by what earlier runs of the integration needed; `assumed`: too little is known of them',
      }),
    }),
  })
  .openapi('MigrationPlan');
export type MigrationPlan = z.infer<typeof MigrationPlan>;

export const Migration = z
  .object({
    id: z.string(),
    integration: z.string(),
    request: z.record(z.string(), z.unknown()).openapi({
      description: 'As it was asked for, in ids; of `items` the first 20',
    }),
    named: count.optional().openapi({ description: 'How many items were asked for by name' }),
    state: z.enum(['running', 'waiting', 'paused', 'stopped', 'done']).openapi({
      description: '`waiting`: the integration is disabled, or a slice failed and is tried again',
    }),
    phase: z.enum(['counting', 'moving', 'done']),
    who: z.string(),
    createdAt: z.string(),
    endedAt: z.string().optional(),
    counted: z.object({
      examined: count.openapi({ description: 'Items read while counting' }),
      chosen: count,
      toWrite: count,
    }),
    outcomes: z.record(z.string(), count).openapi({
      description: 'Items by outcome: created, updated, unchanged, skipped, conflicted, parked, in hand',
    }),
    done: count.openapi({ description: 'Of `toWrite`, items dealt with' }),
    remaining: z.number().optional().openapi({ description: 'Milliseconds, by the pace of late' }),
    endsAt: z
      .string()
      .optional()
      .openapi({ description: 'When it will be done, if it goes on at this pace' }),
    message: z.string().optional(),
    remedy: z.string().optional(),
  })
  .openapi('Migration');
export type Migration = z.infer<typeof Migration>;

export const MigrationItem = z
  .object({
    side: z.enum(['left', 'right']),
    id: z.string(),
    key: z.string(),
    outcome: z.string().optional().openapi({ description: 'Absent while it is in hand' }),
    message: z.string().optional(),
    at: z.string(),
  })
  .openapi('MigrationItem');
export type MigrationItem = z.infer<typeof MigrationItem>;
