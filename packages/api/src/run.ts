import { z } from '@hono/zod-openapi';

const count = z.number().int();
export const SideCounts = z
  .object({
    examined: count,
    created: count,
    updated: count,
    unchanged: count,
    skipped: count,
    conflicted: count,
    parked: count,
    comments: count,
    attachments: count,
    requests: count,
    waited: z.number().openapi({ description: 'Milliseconds spent waiting for the budget or Retry-After' }),
  })
  .openapi('SideCounts');

export const Progress = z.object({ phase: z.enum(['detect', 'plan', 'apply']), done: count, total: count });

export const Run = z
  .object({
    id: z.string(),
    integration: z.string(),
    trigger: z.string(),
    startedAt: z.string(),
    endedAt: z.string().optional(),
    outcome: z
      .enum(['running', 'succeeded', 'failed', 'stopped', 'braked', 'abandoned'])
      .openapi({ description: '`abandoned`: its process died; the next run continued its work' }),
    message: z.string().optional(),
    remedy: z.string().optional(),
    left: SideCounts.optional(),
    right: SideCounts.optional(),
    progress: Progress.optional(),
  })
  .openapi('Run');
export type Run = z.infer<typeof Run>;

export const LogEntry = z
  .object({
    id: z.number().int(),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    at: z.string(),
    text: z.string(),
    item: z.object({ side: z.enum(['left', 'right']), id: z.string(), key: z.string() }).optional(),
  })
  .openapi('LogEntry');
export type LogEntry = z.infer<typeof LogEntry>;
