import type { Both, Measured, MigrationPosition, MigrationRequest, SideCounts } from '@lockstep/engine';
import { BEGINNING } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { clean, json, orNull } from './text.ts';

export type MigrationState = 'running' | 'paused' | 'stopped' | 'done';

export interface MigrationEntry {
  readonly id: string;
  readonly integrationId: string;
  readonly request: MigrationRequest;
  readonly state: MigrationState;
  readonly position: MigrationPosition;
  readonly who: string;
  readonly createdAt: string;
  readonly endedAt: string | null;
  /** Failed slices in a row, with what was told of the latest. */
  readonly failures: number;
  readonly message: string | null;
  readonly remedy: string | null;
}

const columns =
  sql.raw(`migration.id, migration.integration_id as "integrationId", request, state, position, who,
  migration.created_at as "createdAt", ended_at as "endedAt", failures, message, remedy`);

/** Runs that tell what an item costs. */
const LATEST_RUNS = 30;
/** Of a run that wrote fewer items most requests were for looking. */
const TELLING = 5;

/** The migrations of all integrations. */
export class MigrationRecords {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  /** Undefined where one of the integration is running or paused. */
  async start(
    id: string,
    integrationId: string,
    request: MigrationRequest,
    who: string,
  ): Promise<MigrationEntry | undefined> {
    const { rows } = await sql<MigrationEntry>`
      insert into migration (id, integration_id, request, state, position, who)
      values (${id}, ${integrationId}, ${json(request)}, 'running', ${json(BEGINNING)}, ${clean(who)})
      on conflict (integration_id) where state in ('running', 'paused') do nothing
      returning ${columns}`.execute(this.db);
    return rows[0];
  }

  async get(id: string): Promise<MigrationEntry | undefined> {
    return (await sql<MigrationEntry>`select ${columns} from migration where id = ${id}`.execute(this.db))
      .rows[0];
  }

  /** Newest first, behind the migration `before`. */
  async list(query: {
    readonly integrationId: string;
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly MigrationEntry[]> {
    const { rows } = await sql<MigrationEntry>`select ${columns} from migration
      where integration_id = ${query.integrationId}
      ${query.before === undefined ? sql`` : sql`and id < ${query.before}`}
      order by id desc limit ${query.limit}`.execute(this.db);
    return rows;
  }

  /** Goes into a state from one of others; undefined if it is in none of them. */
  async change(
    id: string,
    from: readonly MigrationState[],
    to: 'running' | 'paused' | 'stopped',
  ): Promise<MigrationEntry | undefined> {
    const { rows } = await sql<MigrationEntry>`
      update migration set state = ${to}, next_slice = now(),
        ended_at = case when ${to === 'stopped'} then now() else null end
      where id = ${id} and state = any(${from}::text[]) returning ${columns}`.execute(this.db);
    return rows[0];
  }

  /** Those that may go on now, of enabled integrations that nobody works on; the longest waiting first. */
  async due(limit: number): Promise<readonly MigrationEntry[]> {
    const { rows } = await sql<MigrationEntry>`
      select ${columns} from migration join integration on integration.id = migration.integration_id
      where state = 'running' and enabled and next_slice <= clock_timestamp() and not exists (
        select 1 from lease where lease.integration_id = integration.id and expires_at > clock_timestamp())
      order by next_slice limit ${limit}`.execute(this.db);
    return rows;
  }

  /** A slice has ended: the next comes no sooner than after so many milliseconds. */
  async rest(
    id: string,
    milliseconds: number,
    failure?: { readonly message: string; readonly remedy?: string | undefined },
  ): Promise<void> {
    await sql`update migration set next_slice = clock_timestamp() + ${milliseconds} * interval '1 millisecond',
      failures = ${failure === undefined ? sql`0` : sql`failures + 1`},
      message = ${orNull(failure?.message)}, remedy = ${orNull(failure?.remedy)} where id = ${id}`.execute(
      this.db,
    );
  }

  /** What the latest runs that wrote anything have cost. */
  async measured(integrationId: string): Promise<Measured> {
    const { rows } = await sql<{ counts: Both<SideCounts>; milliseconds: number }>`
      select counts, (extract(epoch from ended_at - started_at) * 1000)::float8 as milliseconds from run
      where integration_id = ${integrationId} and outcome = 'succeeded' and counts is not null
      order by id desc limit ${LATEST_RUNS}`.execute(this.db);
    let [written, milliseconds, left, right] = [0, 0, 0, 0];
    for (const { counts, milliseconds: took } of rows) {
      const wrote = counts.left.created + counts.left.updated + counts.right.created + counts.right.updated;
      if (wrote < TELLING) continue;
      written += wrote;
      milliseconds += took;
      left += counts.left.requests;
      right += counts.right.requests;
    }
    return { written, milliseconds, requests: { left, right } };
  }
}
