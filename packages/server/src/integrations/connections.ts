import { isDeepStrictEqual } from 'node:util';
import type { Connection, ConnectionCheck, ConnectionDocument, Outcome, RequestBudget } from '@lockstep/api';
import type { IntegrationConfiguration } from '@lockstep/engine';
import type { CheckReport } from '@lockstep/sdk';
import { secretFields } from '@lockstep/sdk';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ConnectionEntry, Connections, SecretValues } from '../store/connections.ts';
import type { Integrations } from '../store/integrations.ts';
import type { Budgets } from './budgets.ts';
import type { Trackers } from './connect.ts';
import { hurried, PATIENCE } from './hurried.ts';
import { type PlaceOf, placesBy, refuseMoved } from './claims.ts';
import { Refusal } from './refusal.ts';
import { trackerFailure } from './tracker-failure.ts';
import { withinBudget } from './within-budget.ts';

/** Milliseconds a check may take, with all of its requests. */
const LONGEST = 30_000;

/** A connection that may be saved, with its secrets in the clear: not for a log, nor for an answer. */
export interface PreparedConnection {
  readonly name: string;
  readonly tracker: string;
  readonly open: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly budget: RequestBudget | undefined;
  readonly outcome: Outcome;
  /** It was there, with other settings: it may lead elsewhere. */
  readonly moved: boolean;
}

/** Connections as people handle them: by name, tried before they are saved, secrets never shown. */
export class ConnectionDesk {
  private readonly store: Connections;
  private readonly integrations: Integrations;
  private readonly trackers: Trackers;
  private readonly budgets: Budgets;
  private readonly audit: AuditLog;

  constructor(parts: {
    readonly store: Connections;
    readonly integrations: Integrations;
    readonly trackers: Trackers;
    readonly budgets: Budgets;
    readonly audit: AuditLog;
  }) {
    this.store = parts.store;
    this.integrations = parts.integrations;
    this.trackers = parts.trackers;
    this.budgets = parts.budgets;
    this.audit = parts.audit;
  }

  async list(): Promise<Connection[]> {
    return (await this.store.list({ limit: 10_000 })).map(shown);
  }

  async get(name: string): Promise<Connection> {
    return shown(await this.entry(name));
  }

  /** Tries the connection, then saves it; what fails is not saved and what was there stays. */
  async put(name: string, document: ConnectionDocument, who: string): Promise<Connection> {
    const prepared = await this.prepare(name, document);
    await this.refuseMoved(prepared);
    await this.tryOut(prepared);
    await this.save(prepared, who);
    return this.get(name);
  }

  /** Where sides point, by the connections as they are stored, with these in place of their own. */
  async places(
    changed: readonly Pick<PreparedConnection, 'name' | 'tracker' | 'open'>[] = [],
  ): Promise<PlaceOf> {
    const names = new Set(changed.map(({ name }) => name));
    const stored = await this.store.list({ limit: 10_000 });
    return placesBy(this.trackers, [
      ...stored.filter(({ name }) => !names.has(name)),
      ...changed.map(({ name, tracker, open }) => ({ name, connector: tracker, config: open })),
    ]);
  }

  private async refuseMoved(prepared: PreparedConnection): Promise<void> {
    if (!prepared.moved) return;
    const entries = await this.integrations.list({ limit: 10_000 });
    refuseMoved(prepared.name, entries, await this.places([prepared]));
  }

  /** Held against the tracker's form, the secrets that were left out filled in. Asks no tracker. */
  async prepare(name: string, document: ConnectionDocument): Promise<PreparedConnection> {
    const existing = await this.store.get(name);
    const config =
      existing === undefined ? document.config : await this.withStoredSecrets(existing, document);
    const { open, secrets } = this.trackers.split(document.tracker, config);
    const moved =
      existing !== undefined &&
      (existing.connector !== document.tracker || !isDeepStrictEqual(existing.config, open));
    const same =
      existing !== undefined &&
      !moved &&
      isDeepStrictEqual(existing.budget ?? undefined, document.budget) &&
      isDeepStrictEqual(await this.store.secrets(name), secrets);
    const outcome = existing === undefined ? 'created' : same ? 'unchanged' : 'changed';
    return { name, tracker: document.tracker, open, secrets, budget: document.budget, outcome, moved };
  }

  /** Asks the tracker; warnings come back, a failure is thrown. */
  async tryOut({ name, tracker, open, secrets, budget }: PreparedConnection): Promise<readonly string[]> {
    const scope = await this.scopeInUse(name, tracker);
    return told(await this.try({ name, tracker, config: { ...open, ...secrets }, scope, budget })).warnings;
  }

  async save(prepared: PreparedConnection, who: string): Promise<void> {
    const { name, tracker, open, secrets, budget, outcome } = prepared;
    if (outcome === 'unchanged') return;
    await this.audit.during(async (trx) => {
      const store = this.store.within(trx);
      const before = await store.get(name, { lock: true });
      const stored = before === undefined ? {} : ((await store.secrets(name)) ?? {});
      const after = await store.save({ id: name, name, connector: tracker, config: open, secrets, budget });
      await this.audit.record(
        {
          who,
          action: before === undefined ? 'created' : 'changed',
          subject: { kind: 'connection', name },
          before: before && written(before),
          after: after && written(after),
          secrets: changedSecrets(stored, secrets),
        },
        trx,
      );
    });
  }

  async remove(name: string, who: string): Promise<void> {
    const outcome = await this.audit.during(async (trx) => {
      const store = this.store.within(trx);
      const before = await store.get(name, { lock: true });
      const became = await store.remove(name);
      if (became === 'removed' && before !== undefined)
        await this.audit.record(
          {
            who,
            action: 'deleted',
            subject: { kind: 'connection', name },
            before: written(before),
            secrets: before.secretNames,
          },
          trx,
        );
      return became;
    });
    if (outcome === 'absent') throw unknown(name);
    if (outcome === 'removed') return;
    const users = await this.integrations.list({ connectionId: name, limit: 5 });
    const names = users.map((one) => one.configuration.name).join(', ');
    throw new Refusal(
      409,
      'connection-used',
      `connection “${name}” is used by ${names}`,
      'Delete or change those integrations first.',
    );
  }

  /** Never throws for what the tracker says: that is the answer. */
  async check(name: string): Promise<ConnectionCheck> {
    const entry = await this.entry(name);
    try {
      const config = { ...entry.config, ...(await this.store.secrets(name)) };
      const report = await this.try({
        name,
        tracker: entry.connector,
        config,
        scope: await this.scopeInUse(name, entry.connector),
        budget: entry.budget,
      });
      return { ok: true, name, ...told(report) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ok: false, name, warnings: [], message: error.message, remedy: error.remedy };
    }
  }

  private async try({
    name,
    tracker,
    config,
    scope,
    budget,
  }: {
    readonly name: string;
    readonly tracker: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly scope: Readonly<Record<string, unknown>> | undefined;
    readonly budget: RequestBudget | null | undefined;
  }): Promise<CheckReport | undefined> {
    // A tracker that needs a scope is tried with the first integration's; before that its form is all there is to check.
    if (scope === undefined) return undefined;
    const signal = AbortSignal.timeout(LONGEST);
    try {
      const connector = this.trackers.connect(tracker, config, scope, { patience: PATIENCE });
      try {
        const share = hurried(this.budgets.of(name, budget).onBehalfOf(''));
        return await withinBudget(share, signal, () => connector.check(signal));
      } finally {
        await connector.close?.();
      }
    } catch (error) {
      throw trackerFailure(signal.aborted ? signal.reason : error, name, {
        connection: ['config'],
        scope: ['config'],
      });
    }
  }

  /** The scope of some integration that uses it; an empty one where the tracker takes that. */
  private async scopeInUse(
    name: string,
    tracker: string,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const [user] = await this.integrations.list({ connectionId: name, limit: 1 });
    if (user !== undefined) return sideOf(user.configuration, name);
    return this.trackers.find(tracker).scope.safeParse({}).success ? {} : undefined;
  }

  /** A secret left out is kept, but never sent to another place than it was given for. */
  private async withStoredSecrets(
    existing: ConnectionEntry,
    document: ConnectionDocument,
  ): Promise<Record<string, unknown>> {
    const names = secretFields(this.trackers.find(document.tracker).config);
    const missing = existing.secretNames.filter(
      (name) => names.includes(name) && document.config[name] === undefined,
    );
    if (missing.length === 0) return document.config;
    const open = Object.fromEntries(Object.entries(document.config).filter(([key]) => !names.includes(key)));
    const moved = document.tracker !== existing.connector || !isDeepStrictEqual(open, existing.config);
    if (moved) {
      throw new Refusal(
        422,
        'secret-needed',
        `connection “${existing.name}” has changed, and ${missing.join(', ')} is left out`,
        'Give the secret again: a stored one is only used with the settings it was given for.',
        missing.map((name) => ({
          path: ['config', name],
          message: `${name} is missing`,
          remedy: 'Give it again.',
          level: 'error' as const,
        })),
      );
    }
    const stored = (await this.store.secrets(existing.id)) ?? {};
    return { ...document.config, ...Object.fromEntries(missing.map((name) => [name, stored[name]])) };
  }

  private async entry(name: string): Promise<ConnectionEntry> {
    const entry = await this.store.get(name);
    if (entry === undefined) throw unknown(name);
    return entry;
  }
}

function sideOf(
  configuration: IntegrationConfiguration,
  connection: string,
): Readonly<Record<string, unknown>> {
  return configuration.left.connection === connection ? configuration.left.scope : configuration.right.scope;
}

/** What people write of a connection. */
function written({ connector, config, budget }: ConnectionEntry): object {
  return { tracker: connector, config, ...(budget === null ? {} : { budget }) };
}

function changedSecrets(before: SecretValues, after: SecretValues): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => before[name] !== after[name],
  );
}

function unknown(name: string): Refusal {
  return new Refusal(
    404,
    'unknown-connection',
    `there is no connection “${name}”`,
    '`lockstep export` lists what there is.',
  );
}

function shown(entry: ConnectionEntry): Connection {
  return {
    id: entry.id,
    name: entry.name,
    tracker: entry.connector,
    config: { ...entry.config },
    ...(entry.budget === null ? {} : { budget: entry.budget }),
    secrets: [...entry.secretNames],
  };
}

function told(report: CheckReport | undefined): Omit<ConnectionCheck, 'ok' | 'name'> {
  if (report === undefined)
    return { warnings: ['not tried yet: no integration uses this connection, so its scope is not known'] };
  return {
    account: report.account.name ?? report.account.login ?? report.account.id,
    product: report.product,
    ...(report.clockSkew === undefined ? {} : { clockSkew: report.clockSkew }),
    warnings: [...report.warnings],
  };
}
