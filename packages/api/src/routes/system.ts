import { createRoute, z } from '@hono/zod-openapi';
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
  tags: ['operations'],
  summary: 'The whole database as it is now, for `lockstep restore`',
  description:
    'Gzipped lines of JSON. Secrets of connections stay sealed; the key that opens them is not in it. A stream that ends early is no backup: its last line tells the number of rows and their hash.',
  responses: file('application/gzip', 'The backup'),
});
