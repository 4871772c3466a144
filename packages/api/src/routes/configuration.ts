import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Applied } from '../configuration.ts';
import { ConfigurationDocument } from '../document/document.ts';
import { answers, json } from './answers.ts';

export const applyConfiguration = createRoute({
  method: 'post',
  path: '/api/configuration',
  ...needs('administrator'),
  tags: ['configuration'],
  summary:
    'Save connections, integrations and notifications; all are held against the trackers first, and one fault refuses all',
  description: 'What the configuration does not name stays as it is. What is the same already is left alone.',
  request: {
    query: z.object({
      dryRun: z.enum(['true', 'false']).optional().openapi({ description: 'Check only, save nothing' }),
    }),
    body: json(ConfigurationDocument),
  },
  responses: answers(Applied, 'What became of each part'),
});
