import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Why } from '../why.ts';
import { answers } from './answers.ts';
import { ItemName } from './items.ts';

export const explainWhy = createRoute({
  method: 'get',
  path: '/api/why',
  ...needs('viewer', 'somewhere'),
  tags: ['items'],
  summary: 'Why an item is or is not in sync, in every integration; reads it live',
  request: { query: z.object({ item: ItemName }) },
  responses: answers(Why, 'The answers'),
});
