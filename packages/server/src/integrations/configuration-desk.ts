import type { Applied, ConfigurationDocument, Fault } from '@lockstep/api';
import { inParallel, type IntegrationConfiguration } from '@lockstep/engine';
import type { ConnectionEntry, Connections } from '../store/connections.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { Claims, refuseMoved } from './claims.ts';
import type { Budgets } from './budgets.ts';
import type { ScriptLibrary } from '../scripts/library.ts';
import { Scripts } from '../scripts/scripts.ts';
import type { Trackers } from './connect.ts';
import type { ConnectionDesk, PreparedConnection } from './connections.ts';
import type { IntegrationDesk, PreparedIntegration } from './integrations.ts';
import type { NotificationDesk, PreparedNotification } from '../notifications/desk.ts';
import { Refusal } from './refusal.ts';
import { Sides, type ConnectionSource } from './sides.ts';

type Path = readonly (string | number)[];

/** A whole configuration: everything in it is checked, then everything is saved, or nothing. */
export class ConfigurationDesk {
  private readonly parts: {
    readonly store: Connections;
    readonly connections: ConnectionDesk;
    readonly integrations: IntegrationDesk;
    readonly trackers: Trackers;
    readonly budgets: Budgets;
    readonly library: ScriptLibrary;
    readonly notifications: Pick<NotificationDesk, 'prepare' | 'save'>;
  };

  constructor(parts: ConfigurationDesk['parts']) {
    this.parts = parts;
  }

  /** @throws Refusal with every fault found, each with its place in the document. */
  async apply(
    document: ConfigurationDocument,
    options: { readonly dryRun: boolean; readonly who: string },
  ): Promise<Applied> {
    const refusals: Refusal[] = [];
    const warnings: Fault[] = [];
    const attempt = async <T>(at: Path, action: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refusals.push(rooted(error, at, document));
        return undefined;
      }
    };

    const connections: PreparedConnection[] = [];
    for (const [name, one] of Object.entries(document.connections)) {
      const prepared = await attempt(['connections', name], () => this.parts.connections.prepare(name, one));
      if (prepared !== undefined) connections.push(prepared);
    }
    const integrations = await this.prepareIntegrations(document, connections, attempt);
    const notifications = await this.prepareNotifications(document, attempt);
    const scripts = await this.scriptsWith(document, attempt);
    const sides = new Sides({ ...this.parts, connections: overlaid(this.parts.store, connections) });
    try {
      const used = new Set(integrations.flatMap(connectionsOf));
      const unused = connections.filter(({ name }) => !used.has(name));
      const tried = await askAll(unused, (one) => this.parts.connections.tryOut(one));
      for (const [{ name }, answer] of tried) {
        const told = await attempt(['connections', name], answer);
        warnings.push(...(told ?? []).map((message) => warning(['connections', name], message)));
      }
      const broken = new Set(Object.keys(document.connections));
      for (const { name } of connections) broken.delete(name);
      const checked = await askAll(integrations, async (one) => {
        // What is wrong with its connection is told already.
        if (connectionsOf(one).some((name) => broken.has(name))) return [];
        return this.parts.integrations.check(one.configuration, sides, scripts).catch((error: unknown) => {
          for (const name of silentConnections(error, one.configuration)) broken.add(name);
          throw error;
        });
      });
      for (const [one, answer] of checked) {
        const at = ['integrations', one.configuration.name];
        const told = await attempt(at, answer);
        warnings.push(...(told ?? []).map((fault) => ({ ...fault, path: [...at, ...fault.path] })));
      }
    } finally {
      await sides.close();
    }
    if (refusals.length > 0) throw together(refusals);
    if (!options.dryRun) {
      // Each is whole in itself: if this is cut off, doing it again finishes it.
      if (document.library !== undefined) await this.parts.library.save(document.library, options.who);
      for (const one of connections) await this.parts.connections.save(one, options.who);
      for (const one of integrations) await this.parts.integrations.save(one, options.who);
      for (const one of notifications) await this.parts.notifications.save(one, options.who);
    }
    return {
      connections: connections.map(({ name, outcome }) => ({ name, outcome })),
      integrations: integrations.map(({ configuration, outcome, enabled }) => ({
        name: configuration.name,
        outcome,
        enabled,
      })),
      notifications: notifications.map(({ name, outcome }) => ({ name, outcome })),
      warnings,
    };
  }

  /** Scripts as they would be played with the library of the document, which must not break those that are there. */
  private async scriptsWith(
    { library, integrations }: ConfigurationDocument,
    attempt: <T>(at: Path, action: () => Promise<T>) => Promise<T | undefined>,
  ): Promise<Scripts> {
    if (library === undefined) return new Scripts(this.parts.library);
    const scripts = new Scripts({ text: () => Promise.resolve(library) });
    const kept = (await this.parts.integrations.entries())
      .map(({ configuration }) => configuration)
      .filter(({ name }) => !(name in integrations));
    await attempt(['library'], () => scripts.playAll(kept));
    return scripts;
  }

  /** Claims are held against what will be there once all are saved. */
  private async prepareIntegrations(
    document: ConfigurationDocument,
    connections: readonly PreparedConnection[],
    attempt: <T>(at: Path, action: () => Promise<T>) => Promise<T | undefined>,
  ): Promise<PreparedIntegration[]> {
    const entries: readonly IntegrationEntry[] = await this.parts.integrations.entries();
    const prepared = Object.entries(document.integrations).map(([name, one]) =>
      this.parts.integrations.prepare(name, one, entries),
    );
    const kept = entries.filter((entry) => !prepared.some((one) => one.id === entry.id));
    const placeOf = await this.parts.connections.places(connections);
    for (const { name } of connections.filter(({ moved }) => moved))
      await attempt(['connections', name], async () => refuseMoved(name, kept, placeOf));
    const claims = new Claims(placeOf, kept);
    const unclaimed: PreparedIntegration[] = [];
    for (const one of prepared)
      await attempt(['integrations', one.configuration.name], async () => {
        claims.claim(one);
        unclaimed.push(one);
      });
    return unclaimed;
  }

  /** Held against the integrations that there will be once all are saved. */
  private async prepareNotifications(
    document: ConfigurationDocument,
    attempt: <T>(at: Path, action: () => Promise<T>) => Promise<T | undefined>,
  ): Promise<PreparedNotification[]> {
    const named = Object.entries(document.notifications);
    if (named.length === 0) return [];
    const kept = (await this.parts.integrations.entries())
      .map(({ configuration }) => configuration)
      .filter(({ name }) => !(name in document.integrations));
    const there = [
      ...kept,
      ...Object.entries(document.integrations).map(([name, one]) => ({ ...one, name })),
    ];
    const found: PreparedNotification[] = [];
    for (const [name, one] of named) {
      const ready = await attempt(['notifications', name], () =>
        this.parts.notifications.prepare(name, one, there),
      );
      if (ready !== undefined) found.push(ready);
    }
    return found;
  }
}

/** Trackers asked at a time. */
const WIDTH = 8;

/** What each of them gave or threw, in their order; several are asked at a time, so that one that is silent costs its time once. */
async function askAll<T, R>(
  items: readonly T[],
  ask: (item: T) => Promise<R>,
): Promise<(readonly [item: T, answer: () => Promise<R>])[]> {
  const answers: (readonly [T, () => Promise<R>])[] = [];
  await inParallel([...items.entries()], WIDTH, async ([index, item]) => {
    const [answer] = await Promise.allSettled([ask(item)]);
    answers[index] = [
      item,
      async () => {
        if (answer.status === 'rejected') throw answer.reason;
        return answer.value;
      },
    ];
  });
  return answers;
}

/** Those that a refusal says did not answer: others that use them need not be asked. */
function silentConnections(error: unknown, configuration: IntegrationConfiguration): string[] {
  if (!(error instanceof Refusal) || error.status < 500) return [];
  return (['left', 'right'] as const)
    .filter((side) => error.faults?.some(({ path }) => path[0] === side && path[1] === 'connection'))
    .map((side) => configuration[side].connection);
}

function connectionsOf({ configuration }: PreparedIntegration): string[] {
  return [configuration.left.connection, configuration.right.connection];
}

/** Connections as they will be: the new ones before those stored. */
function overlaid(store: Connections, prepared: readonly PreparedConnection[]): ConnectionSource {
  const find = (id: string): PreparedConnection | undefined => prepared.find(({ name }) => name === id);
  return {
    get: async (id) => {
      const one = find(id);
      return one === undefined ? store.get(id) : asEntry(one);
    },
    secrets: async (id) => find(id)?.secrets ?? store.secrets(id),
  };
}

function asEntry({ name, tracker, open, secrets, budget }: PreparedConnection): ConnectionEntry {
  const now = new Date().toISOString();
  return {
    id: name,
    name,
    connector: tracker,
    config: open,
    secretNames: Object.keys(secrets),
    budget: budget ?? null,
    revision: 0,
    createdAt: now,
    updatedAt: now,
  };
}

/** The faults with their places in the whole document: what is a connection's belongs to the connection. */
function rooted(refusal: Refusal, at: Path, document: ConfigurationDocument): Refusal {
  const [
    first = { path: [], message: refusal.message, remedy: refusal.remedy, level: 'error' as const },
    ...more
  ] = refusal.faults ?? [];
  const faults = [first, ...more].map((fault) => ({ ...fault, path: placeOf(fault.path) }));
  return new Refusal(refusal.status, refusal.code, refusal.message, refusal.remedy, faults);

  function placeOf(path: Path): (string | number)[] {
    const [side, what] = path;
    const integration = at[0] === 'integrations' ? document.integrations[String(at[1])] : undefined;
    if (integration !== undefined && what === 'connection' && (side === 'left' || side === 'right')) {
      const { connection } = integration[side];
      if (connection in document.connections) return ['connections', connection, 'config'];
    }
    return [...at, ...path];
  }
}

/** One refusal that tells all; what two integrations say about one connection is said once. */
function together(refusals: readonly Refusal[]): Refusal {
  const told = new Map<string, Fault>();
  for (const fault of refusals.flatMap((one) => one.faults ?? []))
    told.set(JSON.stringify([fault.path, fault.message]), fault);
  const faults = [...told.values()];
  const [first] = refusals;
  const [errors] = [faults.filter((fault) => fault.level === 'error')];
  if (first === undefined) throw new Error('there is nothing to refuse');
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  // Only when every fault is a tracker's that may pass is it worth trying again unchanged.
  const status = refusals.every((one) => one.status >= 500) ? first.status : 422;
  const code = refusals.every((one) => one.code === first.code) ? first.code : 'invalid-configuration';
  return new Refusal(
    status,
    code,
    `${errors[0]?.message ?? first.message}${more}`,
    errors[0]?.remedy ?? first.remedy,
    faults,
  );
}

function warning(path: Path, message: string): Fault {
  return {
    path: [...path],
    message,
    remedy: 'Look at it; the connection is saved all the same.',
    level: 'warning',
  };
}
