import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { actorOf } from '../actor.ts';
import { page } from '../shown.ts';
import type { Services } from '../services.ts';
import { keyOf } from './key-of.ts';

export function driftRoutes(app: OpenAPIHono, { integrations, drift }: Services): void {
  app.openapi(routes.startDriftAudit, async (c) =>
    c.json(await drift.start(await integrations.entry(c.req.valid('param').name), actorOf(c)), 200),
  );
  app.openapi(routes.listDriftAudits, async (c) => {
    const query = c.req.valid('query');
    const audits = await drift.list(await integrations.entry(c.req.valid('param').name), query);
    return c.json(
      page(
        audits,
        query.limit,
        ({ id }) => id,
        (one) => one,
      ),
      200,
    );
  });
  app.openapi(routes.getDriftAudit, async (c) => {
    const { name, id } = c.req.valid('param');
    return c.json(await drift.get(await integrations.entry(name), id), 200);
  });
  app.openapi(routes.stopDriftAudit, async (c) => {
    const { name, id } = c.req.valid('param');
    return c.json(await drift.stop(await integrations.entry(name), id), 200);
  });
  app.openapi(routes.listDriftFindings, async (c) => {
    const { name, id } = c.req.valid('param');
    const { before, limit, result } = c.req.valid('query');
    const place = before === undefined ? undefined : keyOf(before);
    const found = await drift.findings(await integrations.entry(name), id, { limit, result, before: place });
    return c.json(
      page(
        found,
        limit,
        (one) => one.place,
        (one) => one.finding,
      ),
      200,
    );
  });
  app.openapi(routes.planDriftRepair, async (c) => {
    const { name, id } = c.req.valid('param');
    return c.json(await drift.planRepair(await integrations.entry(name), id, c.req.valid('json')), 200);
  });
  app.openapi(routes.repairDrift, async (c) => {
    const { name, id } = c.req.valid('param');
    return c.json(
      await drift.repair(await integrations.entry(name), id, c.req.valid('json'), actorOf(c)),
      200,
    );
  });
}
