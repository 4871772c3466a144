import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { AuditEntry } from '../audit.ts';
import { PageQuery, pageOf } from '../page.ts';
import { answers } from './answers.ts';

const instant = z.iso.datetime({ offset: true }).or(z.iso.date());

export const listAudit = createRoute({
  method: 'get',
  path: '/api/audit',
  ...needs('administrator'),
  tags: ['access'],
  summary: 'Who changed what of the configuration, newest first',
  request: {
    query: PageQuery.extend({
      who: z.string().max(200).optional(),
      kind: z.string().max(40).optional().openapi({ example: 'integration' }),
      name: z.string().max(200).optional(),
      since: instant.optional(),
      until: instant.optional(),
    }),
  },
  responses: answers(pageOf(AuditEntry), 'A page'),
});
