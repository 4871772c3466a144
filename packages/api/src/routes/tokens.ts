import { createRoute, z } from '@hono/zod-openapi';
import { FreshToken, needs, Token, TokenBody } from '../access.ts';
import { answers, json, NameParameter } from './answers.ts';

const tags = ['access'];

export const listTokens = createRoute({
  method: 'get',
  path: '/api/tokens',
  ...needs('administrator'),
  tags,
  summary: 'API tokens; what each is stays unknown',
  responses: answers(z.object({ items: z.array(Token) }), 'All tokens'),
});

export const addToken = createRoute({
  method: 'post',
  path: '/api/tokens',
  ...needs('administrator'),
  tags,
  summary: 'Make an API token; it is told in this answer and never again',
  request: { body: json(TokenBody) },
  responses: answers(FreshToken, 'The token'),
});

export const revokeToken = createRoute({
  method: 'delete',
  path: '/api/tokens/{name}',
  ...needs('administrator'),
  tags,
  summary: 'Revoke an API token: it is refused from now on',
  request: { params: NameParameter },
  responses: answers(z.object({ revoked: z.boolean() }), 'Revoked'),
});
