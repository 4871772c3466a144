import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import { Refusal } from '../../integrations/refusal.ts';
import { shownConflict } from '../../items/shown.ts';
import { listConflicts } from '../../store/conflicts.ts';
import { listLog } from '../../store/logs.ts';
import type { RunEntry } from '../../store/runs.ts';
import { actionsOf } from '../../recovery/known-items.ts';
import { readParkedPage } from '../read-parked.ts';
import type { Services } from '../services.ts';
import { keyOf } from './key-of.ts';
import { page, shownRun } from '../shown.ts';

export function runRoutes(app: OpenAPIHono, services: Services): void {
  const { db, integrations, runs } = services;

  app.openapi(routes.listRuns, async (c) => {
    const { name } = c.req.valid('param');
    const { before, limit } = c.req.valid('query');
    const { id } = await integrations.entry(name);
    const rows = await runs.list({ integrationId: id, limit, ...(before === undefined ? {} : { before }) });
    const paged = page(
      rows,
      limit,
      (run) => run.id,
      (run) => shownRun(services, run, name),
    );
    return c.json({ ...paged, items: await Promise.all(paged.items) }, 200);
  });
  app.openapi(routes.getRun, async (c) =>
    c.json(await shownRun(services, await one(c.req.valid('param').id)), 200),
  );
  app.openapi(routes.getRunLog, async (c) => {
    const run = await one(c.req.valid('param').id);
    const query = c.req.valid('query');
    const rows = await listLog(db, { runId: run.id, ...query });
    return c.json(
      page(
        rows,
        query.limit,
        (line) => String(line.id),
        (line) => ({ ...line }),
      ),
      200,
    );
  });
  app.openapi(routes.listParked, async (c) => {
    const { before, limit } = c.req.valid('query');
    const { id } = await integrations.entry(c.req.valid('param').name);
    const rows = await readParkedPage(db, id, before, limit);
    const actions = await actionsOf(db, id, rows);
    return c.json(
      page(
        rows,
        limit,
        (row) => `${row.side}:${row.id}`,
        (row) => ({ ...row, actions: actions.get(`${row.side}:${row.id}`) ?? [] }),
      ),
      200,
    );
  });
  app.openapi(routes.listConflicts, async (c) => {
    const { before, limit, open } = c.req.valid('query');
    const { id } = await integrations.entry(c.req.valid('param').name);
    const rows = await listConflicts(db, {
      integrationId: id,
      limit,
      unresolved: open === 'true',
      ...(before === undefined ? {} : { before: keyOf(before) }),
    });
    return c.json(
      page(rows, limit, (row) => String(row.sequence), shownConflict),
      200,
    );
  });

  async function one(id: string): Promise<RunEntry> {
    const run = await runs.get(id);
    if (run === undefined)
      throw new Refusal(
        404,
        'unknown-run',
        `there is no run “${id}”`,
        'It may have been removed by age; `lockstep runs NAME` lists those kept.',
      );
    return run;
  }
}
