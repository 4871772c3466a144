import { z } from '@hono/zod-openapi';
import { Action } from './action.ts';

export const Side = z.enum(['left', 'right']);
export const Value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
const Reference = z.object({ id: z.string().optional(), key: z.string(), url: z.string() });

/** An item whose sync failed and waits. */
export const Parked = z
  .object({
    side: Side,
    id: z.string(),
    key: z.string(),
    kind: z.string(),
    reason: z.string(),
    remedy: z.string().optional(),
    field: z.string().optional(),
    attempts: z.number().int(),
    nextTry: z.string().optional().openapi({ description: 'Absent: waits for a person' }),
    actions: z.array(Action).optional().openapi({ description: 'What can be done about it now' }),
  })
  .openapi('Parked');
export type Parked = z.infer<typeof Parked>;

const Version = z.object({ value: Value, at: z.string().optional(), by: z.string().optional() });
export const Conflict = z
  .object({
    id: z.string(),
    run: z.string(),
    recordedAt: z.string(),
    resolvedAt: z.string().optional(),
    resolvedBy: z.string().optional(),
    refused: z.string().optional().openapi({ description: 'Why the latest resolution was not done' }),
    items: z
      .object({ left: Reference, right: Reference })
      .optional()
      .openapi({ description: 'The two items; absent once they are no longer linked' }),
    field: z.object({ left: z.string(), right: z.string() }),
    base: z.object({ left: Value, right: Value }),
    left: Version,
    right: Version,
    outcome: z.enum(['open', 'left', 'right', 'merged']),
    merged: z.object({ left: Value, right: Value }).optional(),
    reason: z.string(),
  })
  .openapi('Conflict');
export type Conflict = z.infer<typeof Conflict>;

export const PlanEntry = z
  .object({
    left: Reference.optional(),
    right: Reference.optional(),
    action: z.enum(['create', 'update', 'delete', 'adopt', 'conflict', 'park', 'skip', 'nothing']),
    side: Side.optional().openapi({ description: 'The side written to' }),
    fields: z.array(
      z.object({
        side: Side,
        field: z.string(),
        title: z.string(),
        before: Value,
        after: Value,
        words: z.object({ before: z.string(), after: z.string() }).openapi({
          description: 'The values as people see them in the tracker',
        }),
        reason: z.string(),
      }),
    ),
    reason: z.string(),
    leftAlone: z
      .array(z.object({ side: Side, field: z.string(), title: z.string(), reason: z.string() }))
      .optional()
      .openapi({ description: 'Of a decision: fields that would stay as they are, and why' }),
    destructive: z.boolean(),
  })
  .openapi('PlanEntry');
export type PlanEntry = z.infer<typeof PlanEntry>;

export const Plan = z
  .object({
    integration: z.string(),
    counts: z.record(z.string(), z.number()),
    entries: z.array(PlanEntry),
    requests: z.object({ left: z.number(), right: z.number() }),
  })
  .openapi('Plan');
export type Plan = z.infer<typeof Plan>;
