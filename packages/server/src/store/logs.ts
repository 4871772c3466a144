import type { LogLevel, LogLine, Side } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, json, orNull } from './text.ts';

export async function writeLog(
  trx: Trx,
  integrationId: string,
  runId: string,
  lines: readonly LogLine[],
): Promise<void> {
  if (lines.length === 0) return;
  await sql`
    insert into log (integration_id, run_id, level, at, text, side, item_id, item_key, request)
    select ${integrationId}, ${runId}, level, at, text, side, item_id, item_key, request::json from unnest(
      ${lines.map((it) => it.level)}::text[], ${lines.map((it) => it.at)}::timestamptz[],
      ${lines.map((it) => clean(it.text))}::text[], ${lines.map((it) => it.item?.side ?? null)}::text[],
      ${lines.map((it) => orNull(it.item?.id))}::text[], ${lines.map((it) => orNull(it.item?.key))}::text[],
      ${lines.map((it) => (it.request === undefined ? null : clean(json(it.request))))}::text[])
      with ordinality as line (level, at, text, side, item_id, item_key, request, place)
    order by place`.execute(trx);
}

export type LogEntry = LogLine & { readonly id: number };

const rank: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** A run's lines in their order, behind `after`; `level` is the least told. */
export async function listLog(
  db: Db,
  query: {
    readonly runId: string;
    readonly level?: LogLevel;
    readonly after?: number;
    readonly limit: number;
  },
): Promise<readonly LogEntry[]> {
  const least = rank[query.level ?? 'debug'];
  const levels = Object.entries(rank).flatMap(([level, its]) => (its >= least ? [level] : []));
  const { rows } = await sql<{
    id: number;
    level: LogLevel;
    at: string;
    text: string;
    side: Side | null;
    item_id: string | null;
    item_key: string | null;
    request: LogLine['request'] | null;
  }>`select id, level, at, text, side, item_id, item_key, request from log
    where run_id = ${query.runId} and id > ${query.after ?? 0} and level = any(${levels}::text[])
    order by id limit ${query.limit}`.execute(db);
  return rows.map(({ side, item_id: id, item_key: key, request, ...line }) => ({
    ...line,
    ...(request === null || request === undefined ? {} : { request }),
    ...(side === null || id === null ? {} : { item: { side, id, key: key ?? id } }),
  }));
}
