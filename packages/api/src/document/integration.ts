import { z } from '@hono/zod-openapi';
import { Name } from '../name.ts';
import { DerivedField } from './derived.ts';
import { Direction } from './direction.ts';
import { FieldMapping } from './field.ts';
import { Filters } from './filter.ts';
import { Interval } from './interval.ts';

const PerSide = z.strictObject({ left: z.boolean().optional(), right: z.boolean().optional() });
const Carried = <Extra extends z.ZodRawShape>(extra: Extra) =>
  z.union([
    Direction.transform((direction) => ({ direction })),
    z.strictObject({ direction: Direction.default('both'), ...extra }),
  ]);

export const TypeMapping = z.strictObject({
  left: z.string().min(1),
  right: z.string().min(1),
  enabled: z.boolean().optional(),
  create: PerSide.optional(),
  update: PerSide.optional(),
  fields: z.array(FieldMapping).min(1, 'no field is mapped'),
  derived: z.array(DerivedField).optional(),
  comments: Carried({ internal: z.enum(['never', 'private']).optional() }).optional(),
  attachments: Carried({ maxSize: z.number().int().positive().optional() }).optional(),
  reference: z.strictObject({ left: z.string().optional(), right: z.string().optional() }).optional(),
});

export const Scope = z.strictObject({
  connection: Name,
  scope: z.record(z.string(), z.unknown()).default({}),
});
const Deletion = z.enum(['ignore', 'unlink', 'delete']).optional();

/** An integration as people write it. */
export const IntegrationDocument = z
  .strictObject({
    left: Scope,
    right: Scope,
    group: Name.optional(),
    interval: Interval.default(300),
    types: z.array(TypeMapping).min(1, 'no type is mapped'),
    startFrom: z.iso.datetime({ offset: true }).or(z.iso.date()).optional(),
    lookBack: Interval.refine((seconds) => seconds <= 3_650 * 86_400, 'at most ten years').optional(),
    filters: Filters.optional(),
    deletion: z.strictObject({ left: Deletion, right: Deletion }).optional(),
    brakes: z
      .strictObject({
        share: z.number().gt(0).max(1).optional(),
        atLeast: z.number().int().min(0).optional(),
        oscillation: z.number().int().min(2).optional(),
      })
      .optional(),
    script: z.string().max(100_000).optional(),
    enabled: z.boolean().optional(),
  })
  .openapi('IntegrationDocument');
export type IntegrationDocument = z.output<typeof IntegrationDocument>;
export type IntegrationInput = z.input<typeof IntegrationDocument>;
