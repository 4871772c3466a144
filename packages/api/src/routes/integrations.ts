import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { IntegrationDocument } from '../document/integration.ts';
import { Diagnosis, Integration, IntegrationStatus } from '../integration.ts';
import { Plan } from '../item.ts';
import { PageQuery, pageOf } from '../page.ts';
import { Run } from '../run.ts';
import { EnableBody, DisableBody, ResumeEstimate, StatusChange } from '../status.ts';
import { answers, json, NameParameter } from './answers.ts';

const one = '/api/integrations/{name}';
const tags = ['integrations'];
const request = { params: NameParameter };

export const listIntegrations = createRoute({
  method: 'get',
  path: '/api/integrations',
  ...needs('viewer', 'somewhere'),
  tags,
  summary: 'All integrations',
  responses: answers(z.object({ items: z.array(Integration) }), 'All integrations'),
});

export const getIntegration = createRoute({
  method: 'get',
  path: one,
  ...needs('viewer'),
  tags,
  summary: 'One integration',
  request,
  responses: answers(Integration, 'The integration'),
});

export const putIntegration = createRoute({
  method: 'put',
  path: one,
  ...needs('administrator', 'somewhere'),
  tags,
  summary: 'Make or change an integration; it is held against both trackers before it is saved',
  request: {
    params: NameParameter,
    query: z.object({
      dryRun: z.enum(['true', 'false']).optional().openapi({ description: 'Check only, save nothing' }),
    }),
    body: json(IntegrationDocument),
  },
  responses: answers(Integration, 'As saved, with warnings'),
});

export const deleteIntegration = createRoute({
  method: 'delete',
  path: one,
  ...needs('administrator'),
  tags,
  summary: 'Delete an integration with all it remembers; the items in the trackers stay',
  request,
  responses: answers(z.object({ deleted: z.boolean() }), 'Deleted'),
});

export const enableIntegration = createRoute({
  method: 'post',
  path: `${one}/enable`,
  ...needs('operator'),
  tags,
  summary:
    'Let it run at its interval; items created or updated from now on sync, and of a pause what `resume` says',
  request: { params: NameParameter, body: { content: { 'application/json': { schema: EnableBody } } } },
  responses: answers(Integration, 'Enabled'),
});

export const disableIntegration = createRoute({
  method: 'post',
  path: `${one}/disable`,
  ...needs('operator'),
  tags,
  summary: 'Stop it; a run under way ends after the items in hand',
  request: { params: NameParameter, body: { content: { 'application/json': { schema: DisableBody } } } },
  responses: answers(Integration, 'Disabled'),
});

export const estimateResume = createRoute({
  method: 'post',
  path: `${one}/estimate`,
  ...needs('operator'),
  tags,
  summary: 'What each way of enabling it again would bring, read from both feeds; writes nothing',
  request,
  responses: answers(ResumeEstimate, 'Counts and requests of each mode'),
});

export const listStatusChanges = createRoute({
  method: 'get',
  path: `${one}/status-changes`,
  ...needs('viewer'),
  tags,
  summary: 'Who enabled and disabled it, when and why, newest first',
  request: {
    params: NameParameter,
    query: PageQuery.extend({
      before: z
        .string()
        .regex(/^\d{1,18}$/, 'it is the `next` of the page before')
        .optional(),
    }),
  },
  responses: answers(pageOf(StatusChange), 'Changes of status'),
});

export const runIntegration = createRoute({
  method: 'post',
  path: `${one}/run`,
  ...needs('operator'),
  tags,
  summary: 'Run now',
  request: {
    params: NameParameter,
    body: {
      content: { 'application/json': { schema: z.strictObject({ force: z.boolean().default(false) }) } },
    },
  },
  responses: answers(
    z.object({ request: z.string(), run: z.string().optional() }),
    'Asked for; `GET /api/requests/{request}` tells which run it became',
  ),
});

export const stopIntegration = createRoute({
  method: 'post',
  path: `${one}/stop`,
  ...needs('operator'),
  tags,
  summary: 'Stop the run under way after the items in hand',
  request,
  responses: answers(z.object({ stopping: z.boolean() }), 'Whether a run was under way'),
});

export const planIntegration = createRoute({
  method: 'post',
  path: `${one}/plan`,
  ...needs('operator'),
  tags,
  summary: 'What a run would do now; writes nothing',
  request,
  responses: answers(Plan, 'The plan'),
});

export const getRequest = createRoute({
  method: 'get',
  path: '/api/requests/{request}',
  ...needs('viewer', 'somewhere'),
  tags,
  summary: 'What became of a “run now”',
  request: { params: z.object({ request: z.string() }) },
  responses: answers(z.object({ run: Run.optional() }), 'The run; absent while it waits for its turn'),
});

export const getStatus = createRoute({
  method: 'get',
  path: '/api/status',
  ...needs('viewer', 'somewhere'),
  tags: ['operations'],
  summary: 'How each integration is, in one word with its reason',
  responses: answers(
    z.object({
      version: z.string(),
      schedule: z.enum(['parallel', 'sequential']),
      integrations: z.array(IntegrationStatus),
    }),
    'All integrations',
  ),
});

export const getDiagnosis = createRoute({
  method: 'get',
  path: '/api/doctor',
  ...needs('operator'),
  tags: ['operations'],
  summary: 'Looks at the database, every connection, clocks, parked and late things',
  responses: answers(Diagnosis, 'What was found'),
});
