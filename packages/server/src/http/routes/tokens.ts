import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { actorOf } from '../actor.ts';
import type { Services } from '../services.ts';

export function tokenRoutes(app: OpenAPIHono, { tokens }: Services): void {
  app.openapi(routes.listTokens, async (c) => c.json({ items: await tokens.list() }, 200));
  app.openapi(routes.addToken, async (c) => {
    c.header('cache-control', 'no-store');
    return c.json(await tokens.add(c.req.valid('json'), actorOf(c)), 200);
  });
  app.openapi(routes.revokeToken, async (c) => {
    await tokens.revoke(c.req.valid('param').name, actorOf(c));
    return c.json({ revoked: true }, 200);
  });
}
