import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Conflict, Parked } from '../item.ts';
import { PageQuery, pageOf } from '../page.ts';
import { LogEntry, Run } from '../run.ts';
import { answers, NameParameter } from './answers.ts';

const one = '/api/integrations/{name}';
const tags = ['runs'];
const request = { params: NameParameter, query: PageQuery };

export const listRuns = createRoute({
  method: 'get',
  path: `${one}/runs`,
  ...needs('viewer'),
  tags,
  summary: 'Its runs, newest first',
  request,
  responses: answers(pageOf(Run), 'A page'),
});

export const getRun = createRoute({
  method: 'get',
  path: '/api/runs/{id}',
  ...needs('viewer'),
  tags,
  summary: 'One run, with its progress while it is under way',
  request: { params: z.object({ id: z.string() }) },
  responses: answers(Run, 'The run'),
});

export const getRunLog = createRoute({
  method: 'get',
  path: '/api/runs/{id}/log',
  ...needs('viewer'),
  tags,
  summary: 'Log lines of a run in their order',
  request: {
    params: z.object({ id: z.string() }),
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      level: z.enum(['debug', 'info', 'warn', 'error']).default('debug'),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
    }),
  },
  responses: answers(pageOf(LogEntry), 'A page; `next` is handed back as `after`'),
});

export const listParked = createRoute({
  method: 'get',
  path: `${one}/parked`,
  ...needs('viewer'),
  tags,
  summary: 'Items whose sync failed and that wait',
  request,
  responses: answers(pageOf(Parked), 'A page'),
});

export const listConflicts = createRoute({
  method: 'get',
  path: `${one}/conflicts`,
  ...needs('viewer'),
  tags,
  summary: 'Conflicts, with both values',
  request: { params: NameParameter, query: PageQuery.extend({ open: z.enum(['true', 'false']).optional() }) },
  responses: answers(pageOf(Conflict), 'A page'),
});
