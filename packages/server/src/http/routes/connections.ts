import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { actorOf } from '../actor.ts';
import type { Services } from '../services.ts';

export function connectionRoutes(app: OpenAPIHono, { connections, trackers }: Services): void {
  app.openapi(routes.listTrackers, (c) => c.json({ items: [...trackers()] }, 200));
  app.openapi(routes.listConnections, async (c) => c.json({ items: await connections.list() }, 200));
  app.openapi(routes.getConnection, async (c) =>
    c.json(await connections.get(c.req.valid('param').name), 200),
  );
  app.openapi(routes.putConnection, async (c) =>
    c.json(await connections.put(c.req.valid('param').name, c.req.valid('json'), actorOf(c)), 200),
  );
  app.openapi(routes.deleteConnection, async (c) => {
    await connections.remove(c.req.valid('param').name, actorOf(c));
    return c.json({ deleted: true }, 200);
  });
  app.openapi(routes.checkConnection, async (c) =>
    c.json(await connections.check(c.req.valid('param').name), 200),
  );
}
