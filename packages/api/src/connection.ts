import { z } from '@hono/zod-openapi';
import { Name } from './name.ts';

/** How hard a tracker may be asked, over all servers together. */
export const RequestBudget = z
  .strictObject({
    rate: z
      .number()
      .min(0.1)
      .max(1000)
      .optional()
      .openapi({ description: 'Requests a second; 20 unless given' }),
    concurrency: z
      .number()
      .int()
      .min(1)
      .max(100)
      .optional()
      .openapi({ description: 'Requests under way at a time; 8 unless given' }),
  })
  .openapi('RequestBudget');
export type RequestBudget = z.infer<typeof RequestBudget>;

/** A connection as shown: its secrets are named, never told. */
export const Connection = z
  .object({
    id: z.string(),
    name: Name,
    tracker: z.string(),
    config: z.record(z.string(), z.unknown()),
    budget: RequestBudget.optional(),
    secrets: z.array(z.string()).openapi({ description: 'Names of the secrets stored' }),
  })
  .openapi('Connection');
export type Connection = z.infer<typeof Connection>;

/** What a check of a connection found. */
export const ConnectionCheck = z
  .object({
    ok: z.boolean(),
    name: Name,
    account: z.string().optional(),
    product: z.string().optional(),
    clockSkew: z.number().optional().openapi({ description: 'Milliseconds, tracker minus ours' }),
    warnings: z.array(z.string()),
    message: z.string().optional(),
    remedy: z.string().optional(),
  })
  .openapi('ConnectionCheck');
export type ConnectionCheck = z.infer<typeof ConnectionCheck>;

export const Tracker = z
  .object({
    id: z.string(),
    title: z.string(),
    config: z
      .record(z.string(), z.unknown())
      .openapi({ description: 'JSON Schema; secrets carry `secret: true`' }),
    scope: z.record(z.string(), z.unknown()),
  })
  .openapi('Tracker');
export type Tracker = z.infer<typeof Tracker>;
