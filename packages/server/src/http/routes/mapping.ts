import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { actorOf } from '../actor.ts';
import { refuseUnlessMaySave } from '../may-save.ts';
import type { Services } from '../services.ts';

export function mappingRoutes(app: OpenAPIHono, { integrations, suggestions, typeMappings }: Services): void {
  app.openapi(routes.suggestIntegration, async (c) => {
    const wanted = c.req.valid('json');
    // It shows what a connection's tracker has: to those who may connect it.
    refuseUnlessMaySave(c, '', wanted, await integrations.entries());
    return c.json(await suggestions.suggest(wanted, c.req.raw.signal), 200);
  });
  app.openapi(routes.changeTypeMapping, async (c) => {
    const { name } = c.req.valid('param');
    const options = { dryRun: c.req.valid('query').dryRun === 'true', who: actorOf(c) };
    return c.json(await typeMappings.change(name, c.req.valid('json'), options, c.req.raw.signal), 200);
  });
}
