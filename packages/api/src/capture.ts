import { z } from '@hono/zod-openapi';
import { Name } from './name.ts';

/** Minutes; a day. */
const LONGEST = 24 * 60;

export const CaptureBody = z.strictObject({
  minutes: z
    .number()
    .int()
    .min(1)
    .max(LONGEST)
    .default(15)
    .openapi({ description: 'It ends by itself then' }),
});

/** Whether the requests of a connection are kept in full. */
export const Capture = z
  .object({
    connection: Name,
    on: z.boolean(),
    until: z.string().optional(),
    who: z.string().optional().openapi({ description: 'Who switched it on' }),
    requests: z
      .number()
      .int()
      .openapi({ description: 'Kept of this connection: the newest thousand, for a week' }),
  })
  .openapi('Capture');
export type Capture = z.infer<typeof Capture>;

export const CapturedRequest = z
  .object({
    id: z.string(),
    at: z.string(),
    method: z.string(),
    url: z.string(),
    status: z.number().int().optional().openapi({ description: 'Absent when no answer came' }),
    milliseconds: z.number(),
    run: z.string().optional(),
    item: z.object({ side: z.enum(['left', 'right']), id: z.string() }).optional(),
  })
  .openapi('CapturedRequest');
export type CapturedRequest = z.infer<typeof CapturedRequest>;

const Part = z.object({
  headers: z.record(z.string(), z.string()),
  body: z
    .string()
    .openapi({ description: 'Cut after 16,384 characters; what is no text is told by its size' }),
});

export const CapturedRequestInFull = CapturedRequest.extend({
  request: Part,
  answer: Part,
  failure: z.string().optional(),
}).openapi('CapturedRequestInFull');
export type CapturedRequestInFull = z.infer<typeof CapturedRequestInFull>;
