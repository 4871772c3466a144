import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { actorOf } from '../actor.ts';
import { page } from '../shown.ts';
import type { Services } from '../services.ts';
import { keyOf } from './key-of.ts';

export function migrationRoutes(app: OpenAPIHono, { integrations, migrations }: Services): void {
  app.openapi(routes.startMigration, async (c) => {
    const entry = await integrations.entry(c.req.valid('param').name);
    return c.json(await migrations.start(entry, c.req.valid('json'), actorOf(c), c.req.raw.signal), 200);
  });
  app.openapi(routes.planMigration, async (c) => {
    const entry = await integrations.entry(c.req.valid('param').name);
    return c.json(await migrations.plan(entry, c.req.valid('json'), c.req.raw.signal), 200);
  });
  app.openapi(routes.listMigrations, async (c) => {
    const query = c.req.valid('query');
    const entry = await integrations.entry(c.req.valid('param').name);
    const rows = await migrations.list(entry, query);
    return c.json(
      page(
        rows,
        query.limit,
        (one) => one.id,
        (one) => one,
      ),
      200,
    );
  });
  app.openapi(routes.getMigration, async (c) => c.json(await migrations.get(c.req.valid('param').id), 200));
  app.openapi(routes.listMigrationItems, async (c) => {
    const { before, limit, outcome } = c.req.valid('query');
    const rows = await migrations.items(c.req.valid('param').id, {
      limit,
      outcome,
      before: before === undefined ? undefined : keyOf(before),
    });
    return c.json(
      page(
        rows,
        limit,
        ({ sequence }) => String(sequence),
        ({ sequence: _place, ...item }) => item,
      ),
      200,
    );
  });
  app.openapi(routes.pauseMigration, async (c) =>
    c.json(await migrations.pause(c.req.valid('param').id), 200),
  );
  app.openapi(routes.resumeMigration, async (c) =>
    c.json(await migrations.resume(c.req.valid('param').id), 200),
  );
  app.openapi(routes.stopMigration, async (c) => c.json(await migrations.stop(c.req.valid('param').id), 200));
}
