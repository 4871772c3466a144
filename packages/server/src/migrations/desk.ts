import type { Migration, MigrationBody, MigrationItem, MigrationPlan } from '@lockstep/api';
import { estimateMigration, planMigration } from '@lockstep/engine';
import type { Side } from '@lockstep/engine';
import { withFilterIds } from '../integrations/filters.ts';
import type { Budgets } from '../integrations/budgets.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Sides } from '../integrations/sides.ts';
import type { Scripts } from '../scripts/scripts.ts';
import { trackerFailure } from '../integrations/tracker-failure.ts';
import { systemClock, systemRandom } from '../jobs/clock.ts';
import { shownEntry } from '../jobs/plan-words.ts';
import type { Connections } from '../store/connections.ts';
import type { Db } from '../store/database.ts';
import type { IntegrationEntry, Integrations } from '../store/integrations.ts';
import { countOutcomes, listMigrationItems } from '../store/migration-items.ts';
import type { MigrationEntry, MigrationRecords, MigrationState } from '../store/migration-records.ts';
import { createPlanStore } from '../store/plan-store.ts';
import type { Migrator } from './migrator.ts';
import { toRequest } from './request.ts';
import { shownMigration } from './shown.ts';

export interface MigrationParts {
  readonly db: Db;
  readonly records: MigrationRecords;
  readonly integrations: Integrations;
  readonly connections: Connections;
  readonly budgets: Budgets;
  readonly sides: Sides;
  readonly scripts: Scripts;
  readonly migrator: Pick<Migrator, 'look' | 'makeRoom'>;
}

/** Of the scope's feed; more than that is not waited for, and the counts are lower bounds. */
const MOST = { pages: 500, entries: 20, reasons: 50 };

const VERBS = { running: 'resumed', paused: 'paused', stopped: 'stopped' } as const;

/** Migrations as people ask for them. */
export class MigrationDesk {
  private readonly parts: MigrationParts;
  constructor(parts: MigrationParts) {
    this.parts = parts;
  }

  async start(
    entry: IntegrationEntry,
    body: MigrationBody,
    who: string,
    signal: AbortSignal,
  ): Promise<Migration> {
    const { name } = entry.configuration;
    if (!entry.enabled)
      throw new Refusal(
        409,
        'integration-disabled',
        `integration “${name}” is disabled, so nothing is moved`,
        `Enable it first (lockstep enable ${name}); what a migration would do can be told all the same.`,
      );
    const request = toRequest(body, entry.configuration, await this.schemas(entry, signal));
    const started = await this.parts.records.start(systemRandom.id(), entry.id, request, who);
    if (started === undefined)
      throw new Refusal(
        409,
        'migration-under-way',
        `integration “${name}” has a migration that is not at its end`,
        `Look at it (lockstep migrate status ${name}); stop it or let it end first.`,
      );
    this.parts.migrator.look();
    return this.shown(started, entry);
  }

  async plan(entry: IntegrationEntry, body: MigrationBody, signal: AbortSignal): Promise<MigrationPlan> {
    const { db } = this.parts;
    const { id, configuration } = entry;
    const store = createPlanStore({ db, integrationId: id, planId: systemRandom.id() });
    try {
      const sides = await this.parts.sides.open(configuration, signal, { fresh: true });
      await using script = await this.parts.scripts.open(configuration);
      const schemas = { left: sides.left.schema, right: sides.right.schema };
      const request = toRequest(body, configuration, schemas);
      const { pages, ...plan } = await planMigration(
        withFilterIds(configuration, schemas),
        { clock: systemClock, random: systemRandom, store, sides, script },
        {
          id,
          signal,
          stop: signal,
          enabledAt: entry.enabledAt ?? new Date().toISOString(),
          request,
          most: MOST,
        },
      );
      const writes = ['create', 'update', 'replace', 'adopt'].reduce(
        (sum, action) => sum + (plan.counts[action] ?? 0),
        0,
      );
      const rate = { left: await this.rate(entry, 'left'), right: await this.rate(entry, 'right') };
      const measured = await this.parts.records.measured(id);
      return {
        ...plan,
        integration: configuration.name,
        reasons: [...plan.reasons],
        unknown: [...plan.unknown],
        entries: plan.entries.map((one) => shownEntry(one, schemas)),
        estimate: estimateMigration(request.from, { pages, writes }, measured, rate),
      };
    } catch (error) {
      throw trackerFailure(error, `of ${configuration.name}`);
    } finally {
      await store.drop();
    }
  }

  async list(
    entry: IntegrationEntry,
    query: { readonly before?: string | undefined; readonly limit: number },
  ): Promise<Migration[]> {
    const { before, limit } = query;
    const entries = await this.parts.records.list({
      integrationId: entry.id,
      limit,
      ...(before === undefined ? {} : { before }),
    });
    return Promise.all(entries.map((one) => this.shown(one, entry)));
  }

  async get(id: string): Promise<Migration> {
    return this.shown(await this.entry(id));
  }

  async items(
    id: string,
    query: {
      readonly outcome?: string | undefined;
      readonly before?: number | undefined;
      readonly limit: number;
    },
  ): Promise<readonly (MigrationItem & { readonly sequence: number })[]> {
    const { id: migrationId } = await this.entry(id);
    const { outcome, before, limit } = query;
    const rows = await listMigrationItems(this.parts.db, {
      migrationId,
      limit,
      ...(outcome === undefined ? {} : { outcome }),
      ...(before === undefined ? {} : { before }),
    });
    return rows.map(({ outcome: came, message, ...rest }) => ({
      ...rest,
      ...(came === null ? {} : { outcome: came }),
      ...(message === null ? {} : { message }),
    }));
  }

  pause(id: string): Promise<Migration> {
    return this.change(id, ['running'], 'paused');
  }

  resume(id: string): Promise<Migration> {
    return this.change(id, ['paused'], 'running');
  }

  stop(id: string): Promise<Migration> {
    return this.change(id, ['running', 'paused'], 'stopped');
  }

  private async change(
    id: string,
    from: readonly MigrationState[],
    to: 'running' | 'paused' | 'stopped',
  ): Promise<Migration> {
    const { state } = await this.entry(id);
    const changed = await this.parts.records.change(id, [...from, to], to);
    if (changed === undefined)
      throw new Refusal(
        409,
        'migration-ended',
        `the migration is ${state === 'done' ? 'done' : state}, so it cannot be ${VERBS[to]}`,
        'Start another one; what was moved already is skipped unless you say otherwise.',
      );
    if (to === 'running') this.parts.migrator.look();
    else await this.parts.migrator.makeRoom(changed);
    return this.shown(changed);
  }

  private async entry(id: string): Promise<MigrationEntry> {
    const found = await this.parts.records.get(id);
    if (found !== undefined) return found;
    throw new Refusal(
      404,
      'unknown-migration',
      `there is no migration “${id}”`,
      '`lockstep migrate status NAME` shows the latest of an integration.',
    );
  }

  private async shown(entry: MigrationEntry, given?: IntegrationEntry): Promise<Migration> {
    const integration = given ?? (await this.parts.integrations.get(entry.integrationId));
    return shownMigration(entry, integration, await countOutcomes(this.parts.db, entry.id));
  }

  private async schemas(entry: IntegrationEntry, signal: AbortSignal) {
    try {
      const sides = await this.parts.sides.open(entry.configuration, signal);
      return { left: sides.left.schema, right: sides.right.schema };
    } catch (error) {
      throw trackerFailure(error, `of ${entry.configuration.name}`);
    }
  }

  private async rate({ configuration }: IntegrationEntry, side: Side): Promise<number> {
    const connection = await this.parts.connections.get(configuration[side].connection);
    return this.parts.budgets.rate(connection?.budget);
  }
}
