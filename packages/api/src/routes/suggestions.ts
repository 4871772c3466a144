import { createRoute } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Suggestion, SuggestionBody } from '../suggestion.ts';
import { answers, json } from './answers.ts';

export const suggestIntegration = createRoute({
  method: 'post',
  path: '/api/suggestion',
  ...needs('administrator', 'somewhere'),
  tags: ['configuration'],
  summary:
    'A first mapping out of what both trackers tell of themselves, for people to correct; saves nothing',
  request: { body: json(SuggestionBody) },
  responses: answers(Suggestion, 'An integration, with what to look at'),
});
