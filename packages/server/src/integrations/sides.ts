import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '@lockstep/api';
import type { Both, Budget, IntegrationConfiguration, Side, SidePort, Traffic } from '@lockstep/engine';
import type { Connector, HttpFollower, Schema } from '@lockstep/sdk';
import type { Capture } from '../capture/capture.ts';
import { SHORTEST_SECRET } from '../support/redact.ts';
import type { BudgetShare } from '../store/budget.ts';
import type { Connections } from '../store/connections.ts';
import type { Budgets } from './budgets.ts';
import type { Trackers } from './connect.ts';
import { hurried, PATIENCE } from './hurried.ts';
import { Refusal } from './refusal.ts';
import { trackerFailure, type TrackerPlace } from './tracker-failure.ts';
import { withinBudget } from './within-budget.ts';

interface Opened {
  readonly revision: number;
  readonly connector: Connector;
  /** Tracker's minus ours, milliseconds, as its latest answer told. */
  readonly clock: { skew?: number };
  /** What its requests, one by one, have cost so far; undefined for a connector that sends none. */
  readonly traffic: () => Traffic | undefined;
  schema: Promise<Schema> | undefined;
  readAt: number;
  /** The type mappings that the schema was read for: others may name what it does not have yet. */
  readFor: string;
}

/** Milliseconds for which a schema is believed; a run that costs one request should not cost two. */
const SCHEMA_AGE = 10 * 60_000;

/** Where connections and their secrets are read. */
export type ConnectionSource = Pick<Connections, 'get' | 'secrets'>;

/** Connectors at work, one per integration and side, with their schemas; made anew when the connection changes. */
export class Sides {
  private readonly opened = new Map<string, Opened>();
  private readonly connections: ConnectionSource;
  private readonly trackers: Trackers;
  private readonly budgets: Budgets;
  private readonly capture: Pick<Capture, 'follow'> | undefined;

  constructor(parts: {
    readonly connections: ConnectionSource;
    readonly trackers: Trackers;
    readonly budgets: Budgets;
    readonly capture?: Pick<Capture, 'follow'>;
  }) {
    this.connections = parts.connections;
    this.trackers = parts.trackers;
    this.budgets = parts.budgets;
    this.capture = parts.capture;
  }

  /** Both sides of an integration. `fresh`: read the schemas again. Throws `Refusal`. */
  async open(
    configuration: IntegrationConfiguration,
    signal: AbortSignal,
    options: { readonly fresh?: boolean } = {},
  ): Promise<Both<SidePort>> {
    return both((side) => this.side(configuration, side, signal, { fresh: options.fresh === true }));
  }

  /** The same, and asks both trackers first whether the accounts can do the work; `warnings` says what they lack. */
  async examine(
    configuration: IntegrationConfiguration,
    signal: AbortSignal,
  ): Promise<{ readonly sides: Both<SidePort>; readonly warnings: Fault[] }> {
    const warnings: Fault[] = [];
    const sides = await both((side) =>
      this.side(configuration, side, signal, {
        fresh: true,
        warn: (message) => void warnings.push(warning(side, message)),
      }),
    );
    return { sides, warnings };
  }

  async close(): Promise<void> {
    const all = [...this.opened.values()];
    this.opened.clear();
    await Promise.allSettled(all.map(async (one) => one.connector.close?.()));
  }

  private connect(
    tracker: string,
    config: Readonly<Record<string, unknown>>,
    scope: Readonly<Record<string, unknown>>,
    budget: BudgetShare,
    isPatient: boolean,
    follow: (() => HttpFollower) | undefined,
  ): Pick<Opened, 'connector' | 'clock' | 'traffic'> {
    const clock: Opened['clock'] = {};
    let traffic: Traffic | undefined;
    const connector = this.trackers.connect(tracker, config, scope, {
      usesHttp: () => {
        traffic ??= { requests: 0, waited: 0 };
      },
      admit: async (signal) => {
        const waited = await budget.permit(signal);
        const { requests, waited: before } = traffic ?? { requests: 0, waited: 0 };
        traffic = { requests: requests + 1, waited: before + waited };
      },
      hold: (until) => budget.penalise(until),
      ...(isPatient
        ? { wait: (milliseconds: number, signal: AbortSignal) => delay(milliseconds, undefined, { signal }) }
        : { patience: PATIENCE }),
      ...(follow === undefined ? {} : { follow }),
      tellSkew: (skew) => {
        clock.skew = skew;
      },
    });
    return { connector, clock, traffic: () => traffic };
  }

  private async side(
    configuration: IntegrationConfiguration,
    side: Side,
    signal: AbortSignal,
    options: { readonly fresh: boolean; readonly warn?: (message: string) => void },
  ): Promise<SidePort> {
    const { connection: id, scope } = configuration[side];
    const entry = await this.connections.get(id);
    if (entry === undefined) throw unknownConnection(id, side);
    const share = this.budgets.of(id, entry.budget).onBehalfOf(configuration.name);
    try {
      // Somebody waits for what an examination says: it sits nothing out.
      const isPatient = options.warn === undefined;
      const budget = isPatient ? share : hurried(share);
      const key = JSON.stringify([configuration.name, id, scope, isPatient]);
      let one = this.opened.get(key);
      if (one === undefined || one.revision !== entry.revision) {
        const secrets = (await this.connections.secrets(id)) ?? {};
        const hidden = Object.values(secrets).filter((one) => one.length >= SHORTEST_SECRET);
        const { capture } = this;
        const follow = capture === undefined ? undefined : () => capture.follow(id, hidden);
        const config = { ...entry.config, ...secrets };
        one = {
          revision: entry.revision,
          ...this.connect(entry.connector, config, scope, budget, isPatient, follow),
          schema: undefined,
          readAt: 0,
          readFor: '',
        };
        // The one replaced may still be in use by a run; it is left to it.
        this.opened.set(key, one);
      }
      const { connector, clock, traffic } = one;
      // Each of its requests takes a permit then, and a call of the engine only a place.
      const calls = traffic() === undefined ? budget : placesOf(budget);
      if (options.warn !== undefined) {
        // Before the schema is read: a check knows best what is wrong with an address.
        const report = await withinBudget(calls, signal, () => connector.check(signal));
        report.warnings.forEach(options.warn);
      }
      const types = hash('sha1', JSON.stringify(configuration.types));
      const schema = await schemaOf(one, calls, signal, options.fresh || one.readFor !== types);
      one.readFor = types;
      return { connector, budget: calls, schema, clockSkew: () => clock.skew, traffic };
    } catch (error) {
      throw onSide(trackerFailure(error, entry.name, placeOf(side)), side);
    }
  }
}

function placesOf(budget: BudgetShare): Budget {
  return {
    acquire: (signal) => budget.slot(signal),
    penalise: (until) => budget.penalise(until),
  };
}

async function schemaOf(one: Opened, budget: Budget, signal: AbortSignal, fresh: boolean): Promise<Schema> {
  if (one.schema === undefined || fresh || Date.now() - one.readAt > SCHEMA_AGE) {
    one.readAt = Date.now();
    const reading = withinBudget(budget, signal, () => one.connector.schema(signal));
    one.schema = reading;
    reading.catch(() => {
      if (one.schema === reading) one.schema = undefined;
    });
  }
  return one.schema;
}

/** Both at once; what fails on both sides is told of both. */
async function both(open: (side: Side) => Promise<SidePort>): Promise<Both<SidePort>> {
  const [left, right] = await Promise.allSettled([open('left'), open('right')]);
  if (left.status === 'fulfilled' && right.status === 'fulfilled')
    return { left: left.value, right: right.value };
  const [first, second] = [left, right].flatMap((one): unknown[] =>
    one.status === 'rejected' ? [one.reason] : [],
  );
  if (!(first instanceof Refusal) || !(second instanceof Refusal)) throw first;
  const faults = [...(first.faults ?? []), ...(second.faults ?? [])];
  throw new Refusal(first.status, first.code, first.message, first.remedy, faults);
}

function warning(side: Side, message: string): Fault {
  const remedy = 'Look at it; the integration runs all the same.';
  return { path: [side, 'connection'], message, remedy, level: 'warning' };
}

/** A fault of the scope belongs to this side of the integration. */
function onSide(refusal: Refusal, side: Side): Refusal {
  const faults = refusal.faults?.map((fault) =>
    fault.path[0] === side
      ? fault
      : { ...fault, path: fault.path[0] === 'scope' ? [side, ...fault.path] : [side, 'connection'] },
  );
  return new Refusal(refusal.status, refusal.code, refusal.message, refusal.remedy, faults);
}

function placeOf(side: Side): TrackerPlace {
  return { connection: [side, 'connection'], scope: [side] };
}

function unknownConnection(name: string, side: Side): Refusal {
  const message = `there is no connection “${name}”`;
  const remedy = 'Make the connection first, or correct its name.';
  return new Refusal(422, 'unknown-connection', `${side} side: ${message}`, remedy, [
    { path: [side, 'connection'], message, remedy, level: 'error' },
  ]);
}
