import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { shownRequest } from '../../capture/capture-desk.ts';
import { actorOf } from '../actor.ts';
import type { Services } from '../services.ts';
import { page } from '../shown.ts';

export function captureRoutes(app: OpenAPIHono, { captures }: Services): void {
  app.openapi(routes.getCapture, async (c) => c.json(await captures.state(c.req.valid('param').name), 200));
  app.openapi(routes.startCapture, async (c) => {
    const { minutes } = c.req.valid('json');
    return c.json(await captures.switchOn(c.req.valid('param').name, minutes, actorOf(c)), 200);
  });
  app.openapi(routes.stopCapture, async (c) => {
    return c.json(await captures.switchOff(c.req.valid('param').name, actorOf(c)), 200);
  });
  app.openapi(routes.listCapturedRequests, async (c) => {
    const query = c.req.valid('query');
    const rows = await captures.list(c.req.valid('param').name, query);
    return c.json(
      page(rows, query.limit, (row) => row.id, shownRequest),
      200,
    );
  });
  app.openapi(routes.getCapturedRequest, async (c) => {
    return c.json(await captures.one(c.req.valid('param').id), 200);
  });
}
