import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { DriftAudit, DriftFinding, DriftRepair, RepairBody } from '../drift.ts';
import { PageQuery, pageOf } from '../page.ts';
import { answers, json, NameParameter } from './answers.ts';

const all = '/api/integrations/{name}/drift-audits';
const one = `${all}/{id}`;
const tags = ['drift'];
const id = { params: NameParameter.extend({ id: z.string().max(100) }) };

export const startDriftAudit = createRoute({
  method: 'post',
  path: all,
  ...needs('operator'),
  tags,
  summary:
    'Compare all pairs with what both trackers have now, beside the runs; one audit of an integration at a time',
  request: { params: NameParameter },
  responses: answers(DriftAudit, 'Started'),
});

export const listDriftAudits = createRoute({
  method: 'get',
  path: all,
  ...needs('viewer'),
  tags,
  summary: 'Its drift audits, newest first; the latest 20 are kept',
  request: { params: NameParameter, query: PageQuery },
  responses: answers(pageOf(DriftAudit), 'A page'),
});

export const getDriftAudit = createRoute({
  method: 'get',
  path: one,
  ...needs('viewer'),
  tags,
  summary: 'One audit, with its progress and what it has counted',
  request: id,
  responses: answers(DriftAudit, 'The audit'),
});

export const listDriftFindings = createRoute({
  method: 'get',
  path: `${one}/findings`,
  ...needs('viewer'),
  tags,
  summary: 'The pairs that are not in agreement, newest first, with both values and why',
  request: {
    ...id,
    query: PageQuery.extend({ result: z.enum(['differing', 'missing', 'undecided']).optional() }),
  },
  responses: answers(pageOf(DriftFinding), 'A page'),
});

export const stopDriftAudit = createRoute({
  method: 'post',
  path: `${one}/stop`,
  ...needs('operator'),
  tags,
  summary: 'End it after the pairs in hand; what it has found stays',
  request: id,
  responses: answers(DriftAudit, 'Stopped'),
});

export const planDriftRepair = createRoute({
  method: 'post',
  path: `${one}/repair/plan`,
  ...needs('operator'),
  tags,
  summary: 'What a repair of its findings would ask for; changes nothing',
  request: { ...id, body: json(RepairBody) },
  responses: answers(DriftRepair, 'The plan'),
});

export const repairDrift = createRoute({
  method: 'post',
  path: `${one}/repair`,
  ...needs('operator'),
  tags,
  summary: 'Mend what it has found, by a run that begins at once',
  request: { ...id, body: json(RepairBody) },
  responses: answers(DriftRepair, 'Asked for'),
});
