import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { actorOf } from '../actor.ts';
import type { Services } from '../services.ts';

export function configurationRoutes(app: OpenAPIHono, { configuration }: Services): void {
  app.openapi(routes.applyConfiguration, async (c) => {
    const dryRun = c.req.valid('query').dryRun === 'true';
    const options = { dryRun, who: actorOf(c) };
    return c.json(await configuration.apply(c.req.valid('json'), options), 200);
  });
}
