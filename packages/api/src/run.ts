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

export const Progress = z
  .object({
    phase: z.enum(['detect', 'apply']),
    done: count.openapi({ description: 'Changes found, or dealt with' }),
    total: count.openapi({ description: '0 while changes are still being detected' }),
    remaining: z.number().optional().openapi({ description: 'Milliseconds to go at the pace so far' }),
  })
  .openapi('Progress');

export const SidePlan = z
  .object({
    changed: count.openapi({ description: 'Changed items that have a counterpart' }),
    unpaired: count.openapi({ description: 'Items without one: to create, to adopt, or left out by a rule' }),
    deleted: count,
    retried: count.openapi({ description: 'Parked items whose next try was due' }),
    resynced: count.openapi({ description: 'Items that somebody asked to look at again' }),
    unanswered: count.openapi({ description: 'Items of writes that got no answer' }),
  })
  .openapi('SidePlan');

export const Run = z
  .object({
    id: z.string(),
    integration: z.string(),
    trigger: z.enum(['schedule', 'manual', 'webhook', 'migration']),
    who: z.string().optional().openapi({ description: 'Who asked for it' }),
    startedAt: z.string(),
    endedAt: z.string().optional(),
    duration: z.number().optional().openapi({ description: 'Milliseconds from start to end' }),
    outcome: z
      .enum(['running', 'succeeded', 'failed', 'stopped', 'braked', 'abandoned'])
      .openapi({ description: '`abandoned`: its process died; the next run continued its work' }),
    message: z.string().optional(),
    remedy: z.string().optional(),
    left: SideCounts.optional(),
    right: SideCounts.optional(),
    plan: z
      .object({ left: SidePlan, right: SidePlan })
      .optional()
      .openapi({ description: 'What it found to do, before it did any of it' }),
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
    request: z
      .object({
        id: z
          .string()
          .openapi({ description: 'If it was captured, `GET /api/captured-requests/{id}` shows it' }),
        method: z.string(),
        path: z.string(),
        status: count.optional().openapi({ description: 'Absent when no answer came' }),
        milliseconds: z.number(),
      })
      .optional()
      .openapi({ description: 'Of a warning or an error: the request that went before it' }),
  })
  .openapi('LogEntry');
export type LogEntry = z.infer<typeof LogEntry>;
