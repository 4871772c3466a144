import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { actorOf } from '../actor.ts';
import type { Services } from '../services.ts';

export function recoveryRoutes(app: OpenAPIHono, { integrations, recovery }: Services): void {
  app.openapi(routes.recover, async (c) => {
    const entry = await integrations.entry(c.req.valid('param').name);
    return c.json(await recovery.recover(entry, c.req.valid('json'), actorOf(c)), 200);
  });
  app.openapi(routes.planRecovery, async (c) => {
    const entry = await integrations.entry(c.req.valid('param').name);
    return c.json(await recovery.plan(entry, c.req.valid('json'), actorOf(c), c.req.raw.signal), 200);
  });
}
