import { sql } from 'kysely';
import { Gauge, type Registry } from 'prom-client';
import type { Db } from '../store/database.ts';

interface State {
  readonly name: string;
  readonly enabled: number;
  readonly pairs: number;
  readonly parked: number;
  readonly conflicts: number;
  readonly lag: number | null;
  readonly queued: number;
  readonly running: number;
}

const HELP: Readonly<Record<keyof Omit<State, 'name'>, readonly [name: string, help: string]>> = {
  enabled: ['lockstep_integration_enabled', '1 if it is enabled'],
  pairs: ['lockstep_pairs', 'Pairs of items in step'],
  parked: ['lockstep_parked', 'Items whose sync failed and that wait'],
  conflicts: ['lockstep_conflicts_open', 'Conflicts that wait for a decision'],
  lag: [
    'lockstep_lag_seconds',
    'Since the latest successful run began, or since it was enabled; of enabled integrations only',
  ],
  queued: ['lockstep_runs_queued', 'Runs that are due and wait for a worker'],
  running: ['lockstep_runs_active', 'Runs under way'],
};
const KEYS = Object.keys(HELP) as (keyof typeof HELP)[];

/** How all integrations stand, as the database knows it at the moment of asking. */
export class StateGauges {
  private readonly db: Db;
  private readonly up: Gauge;
  private readonly waiting: Gauge;
  private readonly gauges: ReadonlyMap<keyof typeof HELP, Gauge>;

  constructor(db: Db, registry: Registry) {
    this.db = db;
    const registers = [registry];
    this.up = new Gauge({ name: 'lockstep_database_up', help: '1 if the database answers', registers });
    this.waiting = new Gauge({
      name: 'lockstep_notifications_waiting',
      help: 'Messages to people that are still to be delivered',
      labelNames: ['notification'],
      registers,
    });
    this.gauges = new Map(
      KEYS.map((key) => {
        const [name, help] = HELP[key];
        return [key, new Gauge({ name, help, labelNames: ['integration'], registers })];
      }),
    );
  }

  /** A database that does not answer is told as such; the other gauges are left out then, as nothing is known. */
  async refresh(): Promise<void> {
    const states = await readStates(this.db).catch(() => undefined);
    const waiting = await readWaiting(this.db).catch(() => undefined);
    this.up.set(states === undefined || waiting === undefined ? 0 : 1);
    this.waiting.reset();
    for (const { name, count } of waiting ?? []) this.waiting.set({ notification: name }, count);
    for (const [key, gauge] of this.gauges) {
      gauge.reset();
      for (const state of states ?? []) {
        const value = state[key];
        if (value !== null) gauge.set({ integration: state.name }, value);
      }
    }
  }
}

async function readWaiting(db: Db): Promise<readonly { readonly name: string; readonly count: number }[]> {
  const { rows } = await sql<{
    name: string;
    count: number;
  }>`select name, (select count(*) from notification_message
    where notification_id = n.id and status = 'waiting') as count from notification n order by name`.execute(
    db,
  );
  return rows;
}

async function readStates(db: Db): Promise<readonly State[]> {
  const { rows } = await sql<State>`select i.name, i.enabled::int as enabled,
    (select count(*) from pair where integration_id = i.id) as pairs,
    (select count(*) from parked where integration_id = i.id) as parked,
    (select count(*) from conflict where integration_id = i.id and outcome = 'open' and resolved_at is null) as conflicts,
    case when i.enabled then extract(epoch from clock_timestamp() - coalesce(
      (select max(started_at) from run where integration_id = i.id and outcome = 'succeeded'), i.enabled_at))::float8 end as lag,
    (select count(*) from pgboss.job where name = 'runs' and singleton_key = i.id and state < 'active'
      and start_after <= clock_timestamp()) as queued,
    (select count(*) from lease where integration_id = i.id and expires_at > clock_timestamp()) as running
    from integration i order by i.name`.execute(db);
  return rows;
}
