import { z } from '@hono/zod-openapi';
import { PlanEntry, Side, Value } from './item.ts';

const Names = z
  .array(z.string().trim().min(1).max(2_000))
  .min(1)
  .max(1_000)
  .openapi({ description: 'Ids, keys or addresses, of either side' });

/** Which items are meant: those named, or all that a run, an outcome or a kind of failure gives. */
const selection = {
  items: Names.optional(),
  run: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .openapi({ description: 'All that failed in this run; with `outcome`, all that ended so in it' }),
  outcome: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .openapi({ description: 'All whose newest record has this outcome' }),
  parked: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .openapi({ description: 'All that are parked for a reason of this kind; `any`: all that are parked' }),
};

const From = z.enum(['left', 'right', 'newest']);

/** What somebody wants of single items, or of many; the next run does it. */
export const RecoveryBody = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('resync'), ...selection }),
    z.strictObject({
      action: z.literal('hard-resync'),
      ...selection,
      from: From.default('newest').openapi({
        description:
          'The side whose values are written to the other; `newest`: of each pair the item modified later',
      }),
    }),
    z.strictObject({ action: z.literal('recreate'), ...selection }),
    z.strictObject({
      action: z.literal('resolve'),
      conflicts: z
        .array(z.string().min(1).max(100))
        .min(1)
        .max(500)
        .optional()
        .openapi({ description: 'Ids; absent: all open ones' }),
      field: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .openapi({ description: 'Only those of this field, of either side' }),
      choice: From.optional().openapi({
        description: 'The side whose recorded value is to stand, or the newer one',
      }),
      value: z.strictObject({ side: Side, value: Value }).optional().openapi({
        description: 'In place of `choice`: another value for both sides, as that side writes it',
      }),
    }),
    z.strictObject({
      action: z.literal('undo'),
      run: selection.run,
      items: Names.optional().openapi({
        description: 'Of these items all that the sync changed; with `run`, only what that run did',
      }),
    }),
  ])
  .openapi('RecoveryBody');
export type RecoveryBody = z.output<typeof RecoveryBody>;
export type RecoveryInput = z.input<typeof RecoveryBody>;

export const Recovery = z
  .object({
    asked: z.number().int().openapi({ description: 'Items, pairs or conflicts that the next run takes up' }),
    skipped: z.number().int().openapi({ description: 'Of those that a filter gave: not possible for them' }),
    request: z
      .string()
      .openapi({ description: 'The run that was asked for; see `GET /api/requests/{request}`' }),
  })
  .openapi('Recovery');
export type Recovery = z.infer<typeof Recovery>;

export const RecoveryPlan = z
  .object({
    integration: z.string(),
    chosen: z.number().int(),
    skipped: z.number().int(),
    shown: z
      .number()
      .int()
      .openapi({ description: 'Of those chosen: looked at and told below, at most 100' }),
    counts: z.record(z.string(), z.number()).openapi({ description: 'Of those shown, by action' }),
    fields: z.number().int().openapi({ description: 'Of those shown: values that would be written' }),
    leftAlone: z
      .number()
      .int()
      .openapi({ description: 'Of those shown: fields that would stay as they are' }),
    entries: z.array(PlanEntry),
    requests: z.object({ left: z.number(), right: z.number() }),
  })
  .openapi('RecoveryPlan');
export type RecoveryPlan = z.infer<typeof RecoveryPlan>;
