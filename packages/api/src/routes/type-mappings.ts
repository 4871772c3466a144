import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { TypeChangeBody, TypeChanged } from '../type-mapping.ts';
import { answers, json, NameParameter } from './answers.ts';

export const changeTypeMapping = createRoute({
  method: 'post',
  path: '/api/integrations/{name}/types',
  ...needs('administrator'),
  tags: ['integrations'],
  summary: 'Copy, switch off, switch on or delete one of its type mappings; checked like every change',
  request: {
    params: NameParameter,
    query: z.object({
      dryRun: z.enum(['true', 'false']).optional().openapi({ description: 'Check only, save nothing' }),
    }),
    body: json(TypeChangeBody),
  },
  responses: answers(TypeChanged, 'The integration as it is then, and how many pairs are concerned'),
});
