import { z } from '@hono/zod-openapi';
import { Name } from './name.ts';
import { Fault } from './problem.ts';
import { Run } from './run.ts';

export const Health = z.enum([
  'healthy',
  'late',
  'failing',
  'degraded',
  'waiting',
  'running',
  'disabled',
  'new',
]);

export const Integration = z
  .object({
    id: z.string(),
    name: Name,
    group: Name.optional().openapi({ description: 'Roles are granted by it' }),
    enabled: z.boolean(),
    enabledAt: z.string().optional(),
    pausedAt: z.string().optional().openapi({ description: 'When the pause began that it is in' }),
    interval: z.number(),
    document: z
      .record(z.string(), z.unknown())
      .openapi({ description: 'The integration as `PUT` takes it (IntegrationDocument)' }),
    dropped: z.number().int().optional().openapi({
      description: 'Just enabled: what was asked for before the pause and is not done any more',
    }),
    warnings: z.array(Fault).optional(),
  })
  .openapi('Integration');
export type Integration = z.infer<typeof Integration>;

export const IntegrationStatus = z
  .object({
    name: Name,
    group: Name.optional().openapi({ description: 'Roles are granted by it' }),
    enabled: z.boolean(),
    health: Health,
    reason: z.string(),
    interval: z.number(),
    pairs: z.number().int(),
    parked: z.number().int(),
    conflicts: z.number().int(),
    lastRun: Run.optional(),
  })
  .openapi('IntegrationStatus');
export type IntegrationStatus = z.infer<typeof IntegrationStatus>;

export const Finding = z
  .object({
    subject: z.string(),
    level: z.enum(['ok', 'warning', 'error']),
    message: z.string(),
    remedy: z.string().optional(),
  })
  .openapi('Finding');
export type Finding = z.infer<typeof Finding>;

export const Diagnosis = z.object({ ok: z.boolean(), findings: z.array(Finding) }).openapi('Diagnosis');
export type Diagnosis = z.infer<typeof Diagnosis>;
