import { z } from '@hono/zod-openapi';

export const ResumeMode = z.enum(['recent', 'all', 'none']).openapi({
  description:
    'Of what changed during the pause: `recent` syncs what changed within the look-back window, `all` everything, `none` nothing',
});
export type ResumeMode = z.infer<typeof ResumeMode>;

const Why = z.string().max(500).default('').openapi({ description: 'Kept with the change of status' });

export const EnableBody = z.strictObject({ resume: ResumeMode.default('recent'), why: Why });
export type EnableInput = z.input<typeof EnableBody>;

export const DisableBody = z.strictObject({ why: Why });
export type DisableInput = z.input<typeof DisableBody>;

const Expected = z.object({
  left: z.number().int().openapi({ description: 'Items of the left side that would sync' }),
  right: z.number().int(),
  requests: z.number().int().openapi({ description: 'About how many requests the first run needs' }),
  asked: z.number().int().openapi({
    description: 'Of what was asked for before the pause and not done yet (resync, undo, …): is done',
  }),
  dropped: z.number().int().openapi({ description: 'Of the same: is not done any more' }),
});

export const ResumeEstimate = z
  .object({
    pausedAt: z.string().optional(),
    lookBack: z.number().openapi({ description: 'Seconds' }),
    complete: z.boolean().openapi({
      description: 'False: more changed than is counted here, the counts are lower bounds',
    }),
    modes: z.object({ recent: Expected, all: Expected, none: Expected }),
  })
  .openapi('ResumeEstimate');
export type ResumeEstimate = z.infer<typeof ResumeEstimate>;

export const StatusChange = z
  .object({
    id: z.string(),
    at: z.string(),
    enabled: z.boolean(),
    who: z.string(),
    why: z.string(),
    resume: ResumeMode.nullable().openapi({ description: 'Of an integration that was enabled again' }),
    dropped: z
      .number()
      .int()
      .openapi({ description: 'What was asked for before the pause and is not done any more' }),
    leftOutFrom: z.string().nullable().openapi({ description: 'What changed from here …' }),
    leftOutUntil: z.string().nullable().openapi({ description: '… to here does not sync' }),
  })
  .openapi('StatusChange');
export type StatusChange = z.infer<typeof StatusChange>;
