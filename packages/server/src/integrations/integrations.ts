import { randomBytes } from 'node:crypto';
import type { Fault, Integration, IntegrationDocument } from '@lockstep/api';
import type { IntegrationConfiguration } from '@lockstep/engine';
import { checkConfiguration } from '@lockstep/engine';
import type { IntegrationEntry, Integrations } from '../store/integrations.ts';
import { refuseClaimed } from './claims.ts';
import { toConfiguration, toDocument } from './configuration.ts';
import { intervalFloor, type Profile } from './profile.ts';
import { Refusal } from './refusal.ts';
import type { Sides } from './sides.ts';

/** What a change of an integration means to its schedule. */
export interface Schedule {
  /** It is enabled: its next run is due. */
  wake(integrationId: string): Promise<void>;
  /** It is disabled or gone: a run under way ends after the items in hand. */
  halt(integrationId: string): Promise<void>;
}

/** Integrations as people handle them: by name, held against both trackers before they are saved. */
export class IntegrationDesk {
  private readonly store: Integrations;
  private readonly sides: Sides;
  private readonly schedule: Schedule;
  private readonly profile: Profile;

  constructor(parts: {
    readonly store: Integrations;
    readonly sides: Sides;
    readonly schedule: Schedule;
    readonly profile: Profile;
  }) {
    this.store = parts.store;
    this.sides = parts.sides;
    this.schedule = parts.schedule;
    this.profile = parts.profile;
  }

  async list(): Promise<Integration[]> {
    return (await this.store.list({ limit: 10_000 })).map((entry) => shown(entry));
  }

  async get(name: string): Promise<Integration> {
    return shown(await this.entry(name));
  }

  async entry(name: string): Promise<IntegrationEntry> {
    const all = await this.store.list({ limit: 10_000 });
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
    options: { readonly dryRun: boolean },
  ): Promise<Integration> {
    const all = await this.store.list({ limit: 10_000 });
    const existing = all.find((one) => one.configuration.name === name);
    const id = existing?.id ?? randomBytes(6).toString('hex');
    const configuration = toConfiguration(name, document);
    refuseClaimed(id, configuration, all);
    const warnings = await this.check(configuration);
    if (options.dryRun) {
      const enabled = document.enabled ?? existing?.enabled ?? false;
      return { ...summary(id, configuration, enabled), warnings };
    }
    const saved = await this.store.save(id, configuration, existing?.revision);
    if (saved === undefined) {
      throw new Refusal(
        409,
        'changed-meanwhile',
        `integration “${name}” was changed by somebody else`,
        'Look at it again, then save.',
      );
    }
    if (document.enabled === undefined || document.enabled === saved.enabled) {
      if (saved.enabled) await this.schedule.wake(id);
      return { ...shown(saved), warnings };
    }
    return { ...(await this.enable(name, document.enabled)), warnings };
  }

  async enable(name: string, enabled: boolean): Promise<Integration> {
    const { id } = await this.entry(name);
    await this.store.enable(id, enabled);
    await (enabled ? this.schedule.wake(id) : this.schedule.halt(id));
    return this.get(name);
  }

  async remove(name: string): Promise<void> {
    const { id } = await this.entry(name);
    await this.store.enable(id, false);
    await this.schedule.halt(id);
    await this.store.remove(id);
  }

  private async check(configuration: IntegrationConfiguration): Promise<Fault[]> {
    const sides = await this.sides.open(configuration, AbortSignal.timeout(60_000), { fresh: true });
    const checked = await this.sides.check(configuration, sides, AbortSignal.timeout(60_000));
    const connectors = { left: sides.left.connector, right: sides.right.connector };
    const faults: Fault[] = checkConfiguration(
      configuration,
      { left: sides.left.schema, right: sides.right.schema },
      connectors,
    ).map((fault) => ({ ...fault, path: [...fault.path] }));
    const floor = intervalFloor(this.profile, [
      connectors.left.limits.intervalFloor,
      connectors.right.limits.intervalFloor,
    ]);
    if (configuration.interval < floor.seconds) {
      faults.push({
        path: ['interval'],
        message: `an interval of ${configuration.interval} s is below the floor of ${floor.seconds} s, since ${floor.because}`,
        remedy: `Use ${floor.seconds} s or more.`,
        level: 'error',
      });
    }
    const errors = faults.filter((fault) => fault.level === 'error');
    if (errors.length === 0) return [...faults, ...checked];
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

function shown(entry: IntegrationEntry): Integration {
  return {
    ...summary(entry.id, entry.configuration, entry.enabled),
    ...(entry.enabledAt === null ? {} : { enabledAt: entry.enabledAt }),
  };
}

function summary(id: string, configuration: IntegrationConfiguration, enabled: boolean): Integration {
  return {
    id,
    name: configuration.name,
    enabled,
    interval: configuration.interval,
    document: toDocument(configuration, enabled),
  };
}
