import type { RecordedExchange } from '@lockstep/sdk';
import { sql } from 'kysely';
import type { Db } from '../store/database.ts';
import { clean, json, orNull } from '../store/text.ts';

/** Of a connection, the newest. */
const MOST = 1_000;
/** Days. */
const KEPT = 7;

export interface CapturedRequest {
  readonly id: string;
  readonly connectionId: string;
  readonly runId: string | null;
  readonly side: 'left' | 'right' | null;
  readonly itemId: string | null;
  readonly at: string;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly milliseconds: number;
}

const columns =
  sql.raw(`id, connection_id as "connectionId", run_id as "runId", side, item_id as "itemId", at, method, url,
  status, milliseconds`);

/** Switched on, and what it holds. */
export interface CaptureEntry {
  readonly until: string | null;
  readonly who: string | null;
  readonly requests: number;
}

/** Which connections are captured, and the requests that were. */
export class CapturedRequests {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  async switchOn(connectionId: string, minutes: number, who: string): Promise<void> {
    await sql`insert into capture (connection_id, until, who)
      values (${connectionId}, clock_timestamp() + ${minutes} * interval '1 minute', ${clean(who)})
      on conflict (connection_id) do update set until = excluded.until, who = excluded.who, at = now()`.execute(
      this.db,
    );
  }

  /** What was captured stays for a week. */
  async switchOff(connectionId: string): Promise<void> {
    await sql`delete from capture where connection_id = ${connectionId}`.execute(this.db);
  }

  async state(connectionId: string): Promise<CaptureEntry> {
    const { rows } = await sql<CaptureEntry>`select
      (select until from capture where connection_id = ${connectionId} and until > clock_timestamp()) as until,
      (select who from capture where connection_id = ${connectionId} and until > clock_timestamp()) as who,
      (select count(*) from captured_request where connection_id = ${connectionId}) as requests`.execute(
      this.db,
    );
    return rows[0] ?? { until: null, who: null, requests: 0 };
  }

  /** Milliseconds for which each connection is captured from now on. */
  async active(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await sql<{ id: string; remaining: number }>`select connection_id as id,
      (extract(epoch from until - clock_timestamp()) * 1000)::float8 as remaining
      from capture where until > clock_timestamp()`.execute(this.db);
    return new Map(rows.map(({ id, remaining }) => [id, remaining]));
  }

  /** Of a connection that is gone meanwhile nothing is kept. */
  async add(requests: readonly (CapturedRequest & { readonly exchange: RecordedExchange })[]): Promise<void> {
    if (requests.length === 0) return;
    await this.db.transaction().execute(async (trx) => {
      await sql`
        insert into captured_request (id, connection_id, run_id, side, item_id, at, method, url, status, milliseconds, exchange)
        select it.id, connection.id, run_id, side, item_id, at, method, url, status, milliseconds, exchange::json from unnest(
          ${requests.map((it) => it.id)}::text[], ${requests.map((it) => it.connectionId)}::text[],
          ${requests.map((it) => it.runId)}::text[], ${requests.map((it) => it.side)}::text[],
          ${requests.map((it) => orNull(it.itemId ?? undefined))}::text[], ${requests.map((it) => it.at)}::timestamptz[],
          ${requests.map((it) => it.method)}::text[], ${requests.map((it) => clean(it.url))}::text[],
          ${requests.map((it) => it.status)}::int4[], ${requests.map((it) => Math.round(it.milliseconds))}::int4[],
          ${requests.map((it) => json(it.exchange))}::text[])
          as it (id, connection_id, run_id, side, item_id, at, method, url, status, milliseconds, exchange)
        join connection on connection.id = it.connection_id`.execute(trx);
      for (const connectionId of new Set(requests.map((it) => it.connectionId)))
        await sql`delete from captured_request where connection_id = ${connectionId} and id <= (
          select id from captured_request where connection_id = ${connectionId}
          order by id desc offset ${MOST} limit 1)`.execute(trx);
    });
  }

  /** Newest first, behind the request `before`. */
  async list(query: {
    readonly connectionId?: string;
    readonly runId?: string | undefined;
    readonly before?: string | undefined;
    readonly limit: number;
  }): Promise<readonly CapturedRequest[]> {
    const { connectionId, runId, before } = query;
    const { rows } = await sql<CapturedRequest>`select ${columns} from captured_request where true
      ${connectionId === undefined ? sql`` : sql`and connection_id = ${connectionId}`}
      ${runId === undefined ? sql`` : sql`and run_id = ${runId}`}
      ${before === undefined ? sql`` : sql`and id < ${before}`}
      order by id desc limit ${query.limit}`.execute(this.db);
    return rows;
  }

  async get(id: string): Promise<(CapturedRequest & { readonly exchange: RecordedExchange }) | undefined> {
    const { rows } = await sql<CapturedRequest & { exchange: RecordedExchange }>`
      select ${columns}, exchange from captured_request where id = ${id}`.execute(this.db);
    return rows[0];
  }

  /** Deletes what is older than a week, and switches that are over; how many requests are gone. */
  async prune(): Promise<number> {
    await sql`delete from capture where until < now()`.execute(this.db);
    const { numAffectedRows } = await sql`
      delete from captured_request where at < now() - ${KEPT} * interval '1 day'`.execute(this.db);
    return Number(numAffectedRows ?? 0n);
  }
}
