import type { Fault } from '@lockstep/api';
import { SIDES } from '@lockstep/engine';
import type { Both, Budget, IntegrationConfiguration, Side, SidePort } from '@lockstep/engine';
import type { Connector, Schema } from '@lockstep/sdk';
import type { Connections } from '../store/connections.ts';
import type { Trackers } from './connect.ts';
import { Refusal } from './refusal.ts';
import { trackerFailure, type TrackerPlace } from './tracker-failure.ts';
import { withinBudget } from './within-budget.ts';

interface Opened {
  readonly revision: number;
  readonly connector: Connector;
  schema: Promise<Schema> | undefined;
  readAt: number;
}

/** Milliseconds for which a schema is believed; a run that costs one request should not cost two. */
const SCHEMA_AGE = 10 * 60_000;

/** Where connections and their secrets are read. */
export type ConnectionSource = Pick<Connections, 'get' | 'secrets'>;

/** Connectors at work, one per connection and scope, with their schemas; made anew when the connection changes. */
export class Sides {
  private readonly opened = new Map<string, Opened>();
  private readonly connections: ConnectionSource;
  private readonly trackers: Trackers;
  private readonly budgetOf: (connectionId: string) => Budget;

  constructor(parts: {
    readonly connections: ConnectionSource;
    readonly trackers: Trackers;
    readonly budgetOf: (connectionId: string) => Budget;
  }) {
    this.connections = parts.connections;
    this.trackers = parts.trackers;
    this.budgetOf = parts.budgetOf;
  }

  /** Both sides of an integration. `fresh`: read the schemas again. Throws `Refusal`. */
  async open(
    configuration: IntegrationConfiguration,
    signal: AbortSignal,
    options: { readonly fresh?: boolean } = {},
  ): Promise<Both<SidePort>> {
    const [left, right] = await Promise.allSettled([
      this.side(configuration, 'left', signal, options.fresh === true),
      this.side(configuration, 'right', signal, options.fresh === true),
    ]);
    if (left.status === 'rejected')
      throw right.status === 'rejected' ? both(left.reason, right.reason) : left.reason;
    if (right.status === 'rejected') throw right.reason;
    return { left: left.value, right: right.value };
  }

  /** Asks both trackers whether the accounts can do the work. Throws `Refusal`; answers what is worth a warning. */
  async check(
    configuration: IntegrationConfiguration,
    sides: Both<SidePort>,
    signal: AbortSignal,
  ): Promise<Fault[]> {
    const warnings: Fault[] = [];
    for (const side of SIDES) {
      const { connector, budget } = sides[side];
      const { connection } = configuration[side];
      const report = await withinBudget(budget, signal, () => connector.check(signal)).catch(
        (error: unknown) => {
          throw trackerFailure(error, connection, placeOf(side));
        },
      );
      for (const message of report.warnings) {
        warnings.push({
          path: [side, 'connection'],
          message,
          remedy: 'Look at it; the integration runs all the same.',
          level: 'warning',
        });
      }
    }
    return warnings;
  }

  async close(): Promise<void> {
    const all = [...this.opened.values()];
    this.opened.clear();
    await Promise.allSettled(all.map(async (one) => one.connector.close?.()));
  }

  private async side(
    configuration: IntegrationConfiguration,
    side: Side,
    signal: AbortSignal,
    fresh: boolean,
  ): Promise<SidePort> {
    const { connection: id, scope } = configuration[side];
    const entry = await this.connections.get(id);
    if (entry === undefined) throw unknownConnection(id, side);
    const budget = this.budgetOf(id);
    try {
      const key = JSON.stringify([id, scope]);
      let one = this.opened.get(key);
      if (one === undefined || one.revision !== entry.revision) {
        const config = { ...entry.config, ...(await this.connections.secrets(id)) };
        one = {
          revision: entry.revision,
          connector: this.trackers.connect(entry.connector, config, scope),
          schema: undefined,
          readAt: 0,
        };
        // The one replaced may still be in use by a run; it is left to it.
        this.opened.set(key, one);
      }
      return { connector: one.connector, budget, schema: await schemaOf(one, budget, signal, fresh) };
    } catch (error) {
      throw onSide(trackerFailure(error, entry.name, placeOf(side)), side);
    }
  }
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

/** What fails on both sides is told of both. */
function both(left: unknown, right: unknown): unknown {
  if (!(left instanceof Refusal) || !(right instanceof Refusal)) return left;
  const faults = [...(left.faults ?? []), ...(right.faults ?? [])];
  return new Refusal(left.status, left.code, left.message, left.remedy, faults);
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
  return { connection: [side, 'connection'], scope: [side, 'scope'] };
}

function unknownConnection(name: string, side: Side): Refusal {
  const message = `there is no connection “${name}”`;
  const remedy = 'Make the connection first, or correct its name.';
  return new Refusal(422, 'unknown-connection', `${side} side: ${message}`, remedy, [
    { path: [side, 'connection'], message, remedy, level: 'error' },
  ]);
}
