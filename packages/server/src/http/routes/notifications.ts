import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { shownMessage } from '../../notifications/desk.ts';
import { actorOf } from '../actor.ts';
import { page } from '../shown.ts';
import type { Services } from '../services.ts';
import { keyOf } from './key-of.ts';

export function notificationRoutes(app: OpenAPIHono, { notifications }: Services): void {
  app.openapi(routes.listNotifications, async (c) => c.json({ items: await notifications.list() }, 200));
  app.openapi(routes.getNotification, async (c) =>
    c.json(await notifications.get(c.req.valid('param').name), 200),
  );
  app.openapi(routes.putNotification, async (c) =>
    c.json(await notifications.put(c.req.valid('param').name, c.req.valid('json'), actorOf(c)), 200),
  );
  app.openapi(routes.deleteNotification, async (c) => {
    await notifications.remove(c.req.valid('param').name, actorOf(c));
    return c.json({ deleted: true }, 200);
  });
  app.openapi(routes.testNotification, async (c) =>
    c.json(await notifications.test(c.req.valid('param').name), 200),
  );
  app.openapi(routes.listMessages, async (c) => {
    const { before, ...query } = c.req.valid('query');
    const rows = await notifications.log({
      ...query,
      before: before === undefined ? undefined : keyOf(before),
    });
    return c.json(
      page(rows, query.limit, ({ sequence }) => String(sequence), shownMessage),
      200,
    );
  });
}
