import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Problem } from '../problem.ts';

const file = (type: string, description: string) => ({
  200: { description, content: { [type]: { schema: z.string().openapi({ format: 'binary' }) } } },
  default: {
    description: 'A problem (RFC 9457)',
    content: { 'application/problem+json': { schema: Problem } },
  },
});

export const downloadBackup = createRoute({
  method: 'get',
  path: '/api/backup',
  ...needs('administrator'),
  tags: ['operations'],
  summary: 'The whole database as it is now, for `lockstep restore`',
  description:
    'Gzipped lines of JSON. Secrets of connections stay sealed; the key that opens them is not in it. A stream that ends early is no backup: its last line tells the number of rows and their hash.',
  responses: file('application/gzip', 'The backup'),
});

export const downloadSupport = createRoute({
  method: 'get',
  path: '/api/support',
  ...needs('administrator'),
  tags: ['operations'],
  summary: 'What is known of a run or of an item, as a zip for whoever is to find out what happened',
  description:
    'Without any secret. Texts of items are shown as their length and a mark that is the same for the same text, unless `values` is true.',
  request: {
    query: z.object({
      about: z
        .string()
        .min(1)
        .max(2_000)
        .openapi({ description: 'The id of a run, or the key or address of an item' }),
      values: z.enum(['true', 'false']).optional(),
    }),
  },
  responses: file('application/zip', 'The package'),
});
