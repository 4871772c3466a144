import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { visible } from '../authorise.ts';
import type { Services } from '../services.ts';

export function whyRoutes(app: OpenAPIHono, { integrations, why }: Services): void {
  app.openapi(routes.explainWhy, async (c) => {
    const among = visible(c, await integrations.entries(), ({ configuration }) => configuration.group);
    return c.json(await why.why(c.req.valid('query').item, among, c.req.raw.signal), 200);
  });
}
