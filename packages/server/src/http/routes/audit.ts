import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes, type AuditEntry } from '@lockstep/api';
import { page } from '../shown.ts';
import type { Services } from '../services.ts';
import { keyOf } from './key-of.ts';

export function auditRoutes(app: OpenAPIHono, { audit }: Services): void {
  app.openapi(routes.listAudit, async (c) => {
    const { before, limit, ...query } = c.req.valid('query');
    const rows = await audit.list({
      ...query,
      limit,
      before: before === undefined ? undefined : keyOf(before),
    });
    return c.json(
      page(
        rows,
        limit,
        (entry) => String(entry.id),
        ({ id, ...entry }) =>
          ({
            ...entry,
            id: String(id),
            changes: entry.changes.map((one) => ({ ...one, path: [...one.path] })),
          }) as AuditEntry,
      ),
      200,
    );
  });
}
