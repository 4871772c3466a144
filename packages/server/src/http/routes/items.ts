import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { visible } from '../authorise.ts';
import { page } from '../shown.ts';
import type { Services } from '../services.ts';
import { keyOf } from './key-of.ts';

export function itemRoutes(app: OpenAPIHono, { integrations, items }: Services): void {
  app.openapi(routes.listItems, async (c) => {
    const { before, ...query } = c.req.valid('query');
    const entry = await integrations.entry(c.req.valid('param').name);
    const place = before === undefined ? {} : { before: keyOf(before) };
    return c.json(
      page(
        await items.list(entry, { ...query, ...place }),
        query.limit,
        ({ id }) => id,
        (one) => one,
      ),
      200,
    );
  });
  app.openapi(routes.findItem, async (c) => {
    const among = visible(c, await integrations.entries(), ({ configuration }) => configuration.group);
    return c.json({ items: await items.find(c.req.valid('query').item, among) }, 200);
  });
  app.openapi(routes.getItemHistory, async (c) => {
    const { name, side, id } = c.req.valid('param');
    const { before, limit } = c.req.valid('query');
    const entry = await integrations.entry(name);
    const place = before === undefined ? {} : { before: keyOf(before) };
    const history = page(
      await items.history(entry, { side, id }, { limit, ...place }),
      limit,
      (one) => one.id,
      (one) => one,
    );
    return c.json({ ...history, dropped: await items.dropped(entry, { side, id }) }, 200);
  });
}
