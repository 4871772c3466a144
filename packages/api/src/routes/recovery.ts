import { createRoute } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Recovery, RecoveryBody, RecoveryPlan } from '../recovery.ts';
import { answers, json, NameParameter } from './answers.ts';

const path = '/api/integrations/{name}/recovery';
const tags = ['recovery'];
const request = { params: NameParameter, body: json(RecoveryBody) };

export const recover = createRoute({
  method: 'post',
  path,
  ...needs('operator'),
  tags,
  summary:
    'Resync, hard resync, recreate, resolve or undo: asked for here, done by a run that begins at once',
  request,
  responses: answers(Recovery, 'Asked for'),
});

export const planRecovery = createRoute({
  method: 'post',
  path: `${path}/plan`,
  ...needs('operator'),
  tags,
  summary: 'What it would write, value by value; writes nothing, also while the integration is disabled',
  request,
  responses: answers(RecoveryPlan, 'The plan'),
});
