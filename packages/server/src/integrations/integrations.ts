import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Fault, Integration, IntegrationDocument, Outcome, ResumeMode } from '@lockstep/api';
import type { IntegrationConfiguration } from '@lockstep/engine';
import { checkConfiguration, looksAgain } from '@lockstep/engine';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Trx } from '../store/database.ts';
import type { IntegrationEntry, Integrations } from '../store/integrations.ts';
import { markPairsAnew } from '../store/resync.ts';
import { Claims, type PlaceOf } from './claims.ts';
import { toConfiguration, toDocument } from './configuration.ts';
import { filterFaults } from './filters.ts';
import { intervalFloor, lookBackOf, type Profile } from './profile.ts';
import type { Scripts } from '../scripts/scripts.ts';
import { Refusal } from './refusal.ts';
import type { Sides } from './sides.ts';

/** What a change of an integration means to its schedule. */
export interface Schedule {
  /** It is enabled: its next run is due. */
  wake(integrationId: string): Promise<void>;
  /** It is disabled or gone: a run under way ends after the items in hand. */
  halt(integrationId: string): Promise<void>;
}

/** Milliseconds that the trackers may take to tell what they have. */
export const PATIENCE = 60_000;

/** An integration that may be saved once it is checked. */
export interface PreparedIntegration {
  readonly id: string;
  readonly configuration: IntegrationConfiguration;
  readonly enabled: boolean;
  /** Of what it replaces. */
  readonly revision: number | undefined;
  readonly outcome: Outcome;
}

/** Integrations as people handle them: by name, held against both trackers before they are saved. */
export class IntegrationDesk {
  private readonly store: Integrations;
  private readonly sides: Sides;
  private readonly schedule: Schedule;
  private readonly audit: AuditLog;
  private readonly scripts: Scripts;
  private readonly profile: Profile;
  private readonly places: () => Promise<PlaceOf>;

  constructor(parts: {
    readonly store: Integrations;
    readonly sides: Sides;
    readonly schedule: Schedule;
    readonly audit: AuditLog;
    readonly scripts: Scripts;
    readonly profile: Profile;
    readonly places: () => Promise<PlaceOf>;
  }) {
    this.store = parts.store;
    this.sides = parts.sides;
    this.schedule = parts.schedule;
    this.audit = parts.audit;
    this.scripts = parts.scripts;
    this.profile = parts.profile;
    this.places = parts.places;
  }

  async list(): Promise<Integration[]> {
    return (await this.entries()).map((entry) => shown(entry));
  }

  async get(name: string): Promise<Integration> {
    return shown(await this.entry(name));
  }

  async entry(name: string): Promise<IntegrationEntry> {
    const all = await this.entries();
    const found = all.find((one) => one.configuration.name === name);
    if (found !== undefined) return found;
    const known = all.map((one) => one.configuration.name).join(', ');
    throw new Refusal(
      404,
      'unknown-integration',
      `there is no integration “${name}”`,
      known === '' ? 'There is none yet: write one and `lockstep apply` it.' : `There are: ${known}.`,
    );
  }

  /** Checks against live metadata, then saves; what is refused changes nothing. */
  async put(
    name: string,
    document: IntegrationDocument,
    options: { readonly dryRun: boolean; readonly who: string; readonly revision?: number },
  ): Promise<Integration> {
    const entries = await this.entries();
    const prepared = this.prepare(name, document, entries);
    if (options.revision !== undefined && options.revision !== prepared.revision)
      throw changedMeanwhile(name);
    new Claims(await this.places(), entries).claim(prepared);
    const warnings = await this.check(prepared.configuration, this.sides);
    if (options.dryRun)
      return { ...summary(prepared.id, prepared.configuration, prepared.enabled), warnings };
    await this.save(prepared, options.who);
    return { ...(await this.get(name)), warnings };
  }

  entries(): Promise<readonly IntegrationEntry[]> {
    return this.store.list({ limit: 10_000 });
  }

  /** What saving it would make of `entries`. Asks no tracker. */
  prepare(
    name: string,
    document: IntegrationDocument,
    entries: readonly IntegrationEntry[],
  ): PreparedIntegration {
    const existing = entries.find((one) => one.configuration.name === name);
    const configuration = toConfiguration(name, document);
    const enabled = document.enabled ?? existing?.enabled ?? false;
    const same = existing?.enabled === enabled && isDeepStrictEqual(existing.configuration, configuration);
    return {
      id: existing?.id ?? randomBytes(6).toString('hex'),
      configuration,
      enabled,
      revision: existing?.revision,
      outcome: existing === undefined ? 'created' : same ? 'unchanged' : 'changed',
    };
  }

  async save(prepared: PreparedIntegration, who: string): Promise<void> {
    const { id, configuration, enabled, revision, outcome } = prepared;
    if (outcome === 'unchanged') return;
    const wasEnabled = await this.audit.during(async (trx) => {
      const store = this.store.within(trx);
      const before = await store.get(id, { lock: true });
      const saved = await store.save(id, configuration, revision);
      if (saved === undefined) throw changedMeanwhile(configuration.name);
      await this.recordSaved(before, saved, who, trx);
      const again = before === undefined ? 'none' : looksAgain(before.configuration, configuration);
      if (again !== 'none') await markPairsAnew(trx, id, again);
      if (saved.enabled !== enabled)
        await this.switch(trx, saved, enabled, { who, why: 'as the saved configuration says' });
      return saved.enabled;
    });
    if (enabled) await this.schedule.wake(id);
    else if (wasEnabled) await this.schedule.halt(id);
  }

  private async recordSaved(
    before: IntegrationEntry | undefined,
    after: IntegrationEntry,
    who: string,
    trx: Trx,
  ): Promise<void> {
    // What was only switched on or off is recorded as that.
    if (isDeepStrictEqual(before?.configuration, after.configuration)) return;
    await this.audit.record(
      {
        who,
        action: before === undefined ? 'created' : 'changed',
        subject: { kind: 'integration', name: after.configuration.name },
        before: before && written(before),
        after: written(after),
      },
      trx,
    );
  }

  /** What is so already stays as it is: a second “disable” does not move the beginning of the pause. */
  async enable(
    name: string,
    enabled: boolean,
    given: { readonly who: string; readonly why?: string; readonly resume?: ResumeMode },
  ): Promise<Integration> {
    const entry = await this.entry(name);
    const { who, why = '', resume: mode } = given;
    const dropped = await this.audit.during((trx) => this.switch(trx, entry, enabled, { who, why, mode }));
    await (enabled ? this.schedule.wake(entry.id) : this.schedule.halt(entry.id));
    return { ...(await this.get(name)), ...(dropped === 0 ? {} : { dropped }) };
  }

  /** How many wishes of before the pause it drops. */
  private async switch(
    trx: Trx,
    entry: IntegrationEntry,
    enabled: boolean,
    change: { readonly who: string; readonly why: string; readonly mode?: ResumeMode | undefined },
  ): Promise<number> {
    const { who, why, mode = 'recent' } = change;
    const resume = { mode, lookBack: lookBackOf(entry.configuration) } as const;
    const switched = await this.store.within(trx).enable(entry.id, enabled, { who, why, resume });
    if (switched === undefined) return 0;
    const { dropped } = switched;
    await this.audit.record(
      {
        who,
        action: enabled ? 'enabled' : 'disabled',
        subject: { kind: 'integration', name: entry.configuration.name },
        before: { enabled: !enabled },
        after: {
          enabled,
          ...(enabled && entry.pausedAt !== null ? { resume: mode } : {}),
          ...(dropped === 0 ? {} : { dropped }),
        },
        note: why,
      },
      trx,
    );
    return dropped;
  }

  /** Who switched it on and off, newest first. */
  async statusChanges(name: string, query: { readonly before?: string | undefined; readonly limit: number }) {
    const { id } = await this.entry(name);
    const { before, limit } = query;
    return this.store.statusChanges(id, { limit, ...(before === undefined ? {} : { before }) });
  }

  async remove(name: string, who: string): Promise<void> {
    const { id } = await this.entry(name);
    await this.store.enable(id, false);
    await this.schedule.halt(id);
    await this.audit.during(async (trx) => {
      const store = this.store.within(trx);
      const before = await store.get(id, { lock: true });
      if (before === undefined || !(await store.remove(id))) return;
      const subject = { kind: 'integration', name };
      await this.audit.record({ who, action: 'deleted', subject, before: written(before) }, trx);
    });
  }

  /** Asks both trackers; answers what is worth a warning, throws what makes it impossible. */
  async check(
    configuration: IntegrationConfiguration,
    trackers: Sides,
    scripts: Scripts = this.scripts,
  ): Promise<Fault[]> {
    const { sides, warnings } = await trackers.examine(configuration, AbortSignal.timeout(PATIENCE));
    const schemas = { left: sides.left.schema, right: sides.right.schema };
    const connectors = { left: sides.left.connector, right: sides.right.connector };
    const faults: Fault[] = [
      ...checkConfiguration(configuration, schemas, connectors).map((fault) => ({
        ...fault,
        path: [...fault.path],
      })),
      ...filterFaults(configuration, schemas),
      ...(await scripts.check(configuration)),
    ];
    const floor = intervalFloor(this.profile, {
      left: connectors.left.limits.intervalFloor,
      right: connectors.right.limits.intervalFloor,
    });
    if (configuration.interval < floor.seconds) {
      faults.push({
        path: ['interval'],
        message: `an interval of ${configuration.interval} s is below the floor of ${floor.seconds} s, since ${floor.because}`,
        remedy: `Use ${floor.seconds} s or more.`,
        level: 'error',
      });
    }
    const errors = faults.filter((fault) => fault.level === 'error');
    if (errors.length === 0) return [...faults, ...warnings];
    const [first] = errors;
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    throw new Refusal(
      422,
      'invalid-integration',
      `integration “${configuration.name}” cannot run: ${first?.message}${more}`,
      first?.remedy ?? 'Correct it.',
      faults,
    );
  }
}

function changedMeanwhile(name: string): Refusal {
  return new Refusal(
    409,
    'changed-meanwhile',
    `integration “${name}” was changed by somebody else`,
    'Look at it again, then save.',
  );
}

/** What people write of it; whether it is enabled is told on its own. */
function written({ configuration, enabled }: IntegrationEntry): object {
  const { enabled: _, ...document } = toDocument(configuration, enabled);
  return document;
}

function shown(entry: IntegrationEntry): Integration {
  return {
    ...summary(entry.id, entry.configuration, entry.enabled),
    ...(entry.enabledAt === null ? {} : { enabledAt: entry.enabledAt }),
    ...(entry.pausedAt === null ? {} : { pausedAt: entry.pausedAt }),
  };
}

function summary(id: string, configuration: IntegrationConfiguration, enabled: boolean): Integration {
  return {
    id,
    name: configuration.name,
    ...(configuration.group === undefined ? {} : { group: configuration.group }),
    enabled,
    interval: configuration.interval,
    document: toDocument(configuration, enabled),
  };
}
