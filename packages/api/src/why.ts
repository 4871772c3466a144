import { z } from '@hono/zod-openapi';
import { Parked, Side, Value } from './item.ts';

const Reference = z.object({ id: z.string(), key: z.string(), url: z.string() });
const Valued = z.object({ field: z.string(), title: z.string(), value: Value, words: z.string() });

const WhyAnswer = z.object({
  integration: z.string(),
  side: Side.openapi({ description: 'The side on which the item is called so' }),
  code: z.string().openapi({
    description:
      'equal, not-carried, differing, conflict, refused, parked, held-back, left-out, to-be-created, to-be-adopted, type-not-mapped, filter, private, older, creation-off, unlinked, gone, counterpart-gone; disabled, never-enabled, unreachable',
  }),
  otherwise: z.string().optional().openapi({
    description: 'While nothing runs: what would hold if it did, one of the other codes',
  }),
  sentence: z.string(),
  remedy: z.string().optional(),
  left: Reference.optional(),
  right: Reference.optional(),
  fields: z
    .array(z.object({ left: Valued, right: Valued, why: z.string(), reason: z.string() }))
    .openapi({ description: 'What differs now' }),
  unmet: z
    .array(z.object({ filter: z.string(), side: Side, condition: z.string(), values: z.array(Valued) }))
    .openapi({ description: 'Conditions that it does not meet, each with what the item has' }),
  parked: z.array(Parked),
  nextRun: z.string().optional().openapi({ description: 'When the next run may begin' }),
});

export const Why = z
  .object({
    item: z.string(),
    sentence: z.string().openapi({ description: 'The answer in short' }),
    answers: z
      .array(WhyAnswer)
      .openapi({ description: 'One for each integration that scopes an item so called' }),
    read: z
      .array(
        z.object({
          integration: z.string(),
          side: Side,
          connection: z.string(),
          requests: z.number().int(),
          found: z.number().int(),
          failure: z.string().optional(),
        }),
      )
      .openapi({ description: 'What was read live, within the budgets of the connections' }),
  })
  .openapi('Why');
export type Why = z.infer<typeof Why>;
