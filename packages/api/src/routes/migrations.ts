import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Migration, MigrationBody, MigrationItem, MigrationPlan } from '../migration.ts';
import { PageQuery, pageOf } from '../page.ts';
import { answers, json, NameParameter } from './answers.ts';

const ofIntegration = '/api/integrations/{name}/migrations';
const one = '/api/migrations/{id}';
const tags = ['migrations'];
const id = { params: z.object({ id: z.string() }) };

export const startMigration = createRoute({
  method: 'post',
  path: ofIntegration,
  ...needs('operator'),
  tags,
  summary:
    'Move items that predate the integration, beside its runs; one migration of an integration at a time',
  request: { params: NameParameter, body: json(MigrationBody) },
  responses: answers(Migration, 'Started'),
});

export const planMigration = createRoute({
  method: 'post',
  path: `${ofIntegration}/plan`,
  ...needs('operator'),
  tags,
  summary: 'What a migration would do, how many requests and how long it would take; writes nothing',
  request: { params: NameParameter, body: json(MigrationBody) },
  responses: answers(MigrationPlan, 'The plan'),
});

export const listMigrations = createRoute({
  method: 'get',
  path: ofIntegration,
  ...needs('viewer'),
  tags,
  summary: 'Its migrations, newest first',
  request: { params: NameParameter, query: PageQuery },
  responses: answers(pageOf(Migration), 'A page'),
});

export const getMigration = createRoute({
  method: 'get',
  path: one,
  ...needs('viewer'),
  tags,
  summary: 'One migration, with its progress and when it will be done',
  request: id,
  responses: answers(Migration, 'The migration'),
});

export const listMigrationItems = createRoute({
  method: 'get',
  path: `${one}/items`,
  ...needs('viewer'),
  tags,
  summary: 'Items that it took up, newest first, with what became of each',
  request: { ...id, query: PageQuery.extend({ outcome: z.string().max(40).optional() }) },
  responses: answers(pageOf(MigrationItem), 'A page'),
});

export const pauseMigration = createRoute({
  method: 'post',
  path: `${one}/pause`,
  ...needs('operator'),
  tags,
  summary: 'Pause it after the items in hand',
  request: id,
  responses: answers(Migration, 'Paused'),
});

export const resumeMigration = createRoute({
  method: 'post',
  path: `${one}/resume`,
  ...needs('operator'),
  tags,
  summary: 'Go on where it was paused',
  request: id,
  responses: answers(Migration, 'Running'),
});

export const stopMigration = createRoute({
  method: 'post',
  path: `${one}/stop`,
  ...needs('operator'),
  tags,
  summary: 'End it for good after the items in hand; what was moved stays',
  request: id,
  responses: answers(Migration, 'Stopped'),
});
