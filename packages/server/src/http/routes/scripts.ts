import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { actorOf } from '../actor.ts';
import type { Services } from '../services.ts';

export function scriptRoutes(app: OpenAPIHono, { scripts }: Services): void {
  app.openapi(routes.getScriptLibrary, async (c) => c.json(await scripts.library(), 200));
  app.openapi(routes.putScriptLibrary, async (c) =>
    c.json(await scripts.saveLibrary(c.req.valid('json'), actorOf(c)), 200),
  );
  app.openapi(routes.tryScript, async (c) => {
    const { name } = c.req.valid('param');
    return c.json({ items: await scripts.try(name, c.req.valid('json'), c.req.raw.signal) }, 200);
  });
}
