import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes } from '@lockstep/api';
import type { Integration, IntegrationStatus } from '@lockstep/api';
import { sql } from 'kysely';
import { countPairs } from '../../store/pairs.ts';
import { visible } from '../authorise.ts';
import { diagnose } from '../diagnose.ts';
import { healthOf } from '../health.ts';
import type { Services } from '../services.ts';
import { shownRun } from '../shown.ts';

export function operationRoutes(app: OpenAPIHono, services: Services): void {
  app.openapi(routes.getStatus, async (c) =>
    c.json(
      {
        version: services.version,
        schedule: await services.turns.mode(),
        integrations: await statuses(
          services,
          visible(c, await services.integrations.list(), (one) => one.group),
        ),
      },
      200,
    ),
  );
  app.openapi(routes.getDiagnosis, async (c) =>
    c.json(await diagnose(services, await statuses(services, await services.integrations.list())), 200),
  );
}

async function statuses(
  services: Services,
  integrations: readonly Integration[],
): Promise<IntegrationStatus[]> {
  const all: IntegrationStatus[] = [];
  for (const integration of integrations) {
    const { id, name, group, enabled, interval } = integration;
    const entries = await services.runs.list({ integrationId: id, runsOnly: true, limit: 4 });
    const runs = await Promise.all(entries.map((run) => shownRun(services, run, name)));
    const { rows } = await sql<{
      parked: number;
      conflicts: number;
      limited: string | null;
    }>`select
      (select count(*)::int from parked where integration_id = ${id}) as parked,
      (select count(*)::int from conflict where integration_id = ${id} and outcome = 'open' and resolved_at is null) as conflicts,
      (select c.name from integration i join connection c on c.id in (i.left_connection, i.right_connection)
        join budget b on b.connection_id = c.id where i.id = ${id}
          and b.penalised_until > extract(epoch from clock_timestamp()) * 1000
        order by b.penalised_until desc limit 1) as limited`.execute(services.db);
    const { parked = 0, conflicts = 0, limited = null } = rows[0] ?? {};
    const health = healthOf({ integration, runs, parked, limited, now: Date.now() });
    const [lastRun] = runs;
    const pairs = await countPairs(services.db, id);
    all.push({
      name,
      ...(group === undefined ? {} : { group }),
      enabled,
      interval,
      ...health,
      pairs,
      parked,
      conflicts,
      ...(lastRun === undefined ? {} : { lastRun }),
    });
  }
  return all;
}
