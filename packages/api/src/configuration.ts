import { z } from '@hono/zod-openapi';
import { Name } from './name.ts';
import { Fault } from './problem.ts';

const Outcome = z.enum(['created', 'changed', 'unchanged']);
export type Outcome = z.infer<typeof Outcome>;

/** What became, or with `dryRun` would become, of each part of a configuration. */
export const Applied = z
  .object({
    connections: z.array(z.object({ name: Name, outcome: Outcome })),
    integrations: z.array(z.object({ name: Name, outcome: Outcome, enabled: z.boolean() })),
    notifications: z.array(z.object({ name: Name, outcome: Outcome })),
    warnings: z.array(Fault).openapi({ description: 'Their paths lead into the configuration sent' }),
  })
  .openapi('Applied');
export type Applied = z.infer<typeof Applied>;
