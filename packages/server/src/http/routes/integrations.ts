import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes, type Run } from '@lockstep/api';
import { Refusal } from '../../integrations/refusal.ts';
import type { RunEntry } from '../../store/runs.ts';
import { actorOf } from '../actor.ts';
import { refuseUnlessReaches, visible } from '../authorise.ts';
import { refuseUnlessMaySave } from '../may-save.ts';
import { page, shownRun } from '../shown.ts';
import type { Services } from '../services.ts';

export function integrationRoutes(app: OpenAPIHono, services: Services): void {
  const { integrations, runner } = services;
  app.openapi(routes.listIntegrations, async (c) =>
    c.json({ items: visible(c, await integrations.list(), (one) => one.group) }, 200),
  );
  app.openapi(routes.getIntegration, async (c) =>
    c.json(await integrations.get(c.req.valid('param').name), 200),
  );
  app.openapi(routes.putIntegration, async (c) => {
    const dryRun = c.req.valid('query').dryRun === 'true';
    const { name } = c.req.valid('param');
    const document = c.req.valid('json');
    refuseUnlessMaySave(c, name, document, await integrations.entries());
    return c.json(await integrations.put(name, document, { dryRun, who: actorOf(c) }), 200);
  });
  app.openapi(routes.deleteIntegration, async (c) => {
    await integrations.remove(c.req.valid('param').name, actorOf(c));
    return c.json({ deleted: true }, 200);
  });
  app.openapi(routes.enableIntegration, async (c) =>
    c.json(
      await integrations.enable(c.req.valid('param').name, true, { ...c.req.valid('json'), who: actorOf(c) }),
      200,
    ),
  );
  app.openapi(routes.disableIntegration, async (c) =>
    c.json(
      await integrations.enable(c.req.valid('param').name, false, {
        ...c.req.valid('json'),
        who: actorOf(c),
      }),
      200,
    ),
  );
  app.openapi(routes.estimateResume, async (c) => {
    const entry = await integrations.entry(c.req.valid('param').name);
    return c.json(await services.estimate(entry, c.req.raw.signal), 200);
  });
  app.openapi(routes.listStatusChanges, async (c) => {
    const query = c.req.valid('query');
    const rows = await integrations.statusChanges(c.req.valid('param').name, query);
    return c.json(
      page(
        rows,
        query.limit,
        (change) => change.id,
        (change) => change,
      ),
      200,
    );
  });
  app.openapi(routes.runIntegration, async (c) => {
    const { name } = c.req.valid('param');
    const entry = await integrations.entry(name);
    if (!entry.enabled) {
      throw new Refusal(
        409,
        'integration-disabled',
        `integration “${name}” is disabled, so nothing runs`,
        `Enable it first (lockstep enable ${name}); a plan can be made all the same.`,
      );
    }
    const { force } = c.req.valid('json') ?? { force: false };
    const asked = { force: force ?? false, who: actorOf(c) };
    return c.json({ request: await runner.now(entry.id, asked) }, 200);
  });
  app.openapi(routes.stopIntegration, async (c) => {
    const entry = await integrations.entry(c.req.valid('param').name);
    return c.json({ stopping: await runner.stopRun(entry.id) }, 200);
  });
  app.openapi(routes.planIntegration, async (c) => {
    const entry = await integrations.entry(c.req.valid('param').name);
    return c.json(await services.plan(entry, c.req.raw.signal), 200);
  });
  app.openapi(routes.getRequest, async (c) => {
    const { request } = c.req.valid('param');
    const show = async (run: RunEntry): Promise<Run> => {
      refuseUnlessReaches(c, 'viewer', await services.places.of('/api/runs/:id', () => run.id));
      return shownRun(services, run);
    };
    const begun = await services.runs.get(request);
    if (begun !== undefined) return c.json({ run: await show(begun) }, 200);
    if (await runner.holds(request)) return c.json({}, 200);
    // It may have begun between the two looks.
    const late = await services.runs.get(request);
    if (late !== undefined) return c.json({ run: await show(late) }, 200);
    throw new Refusal(
      404,
      'unknown-request',
      `no run waits under “${request}”: another request replaced it, or the integration was disabled meanwhile`,
      'Look at `lockstep status`, and ask again if it is still wanted.',
    );
  });
}
