import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Log } from '../postgres/log.ts';
import { StartupError } from '../postgres/startup-error.ts';

/** Statements are written in SQL and give their rows' types themselves. */
export type Tables = Record<never, never>;
export type Db = Kysely<Tables>;
export type Trx = Transaction<Tables>;

export interface DatabaseOptions {
  readonly url: string;
  readonly log: Log;
  /** Connections at most; default 10. */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
}

export interface Database {
  readonly db: Db;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const oldest = 15;

/** A text that is no such address would be taken for something else by the driver. */
function assertAddress(url: string): void {
  const { protocol } = URL.parse(url) ?? { protocol: '' };
  if (protocol === 'postgres:' || protocol === 'postgresql:') return;
  throw new StartupError(
    'database-unreachable',
    'DATABASE_URL is not the address of a PostgreSQL.',
    'Write it like postgresql://user:password@host:5432/database, with special characters in the password percent-encoded.',
  );
}

/** Connects, and says in plain words why it cannot. The URL's password is never in a message. */
export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  assertAddress(options.url);
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'lockstep',
    connectionTimeoutMillis: 15_000,
    types: { getTypeParser },
  });
  // Without this, an idle connection that breaks would end the process.
  let closing = false;
  pool.on('error', (error) => {
    // The pool is ended before its connections have said goodbye; a server that ends meanwhile is no news.
    if (!closing) options.log.warn({ reason: error.message }, 'a database connection was lost');
  });
  // The pool listens to its idle connections only; one that breaks inside a transaction has its statement fail, no more.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db: Db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { rows } = await sql<{ version: number }>`
      select current_setting('server_version_num')::int / 10000 as version`.execute(db);
    const version = rows[0]?.version ?? 0;
    if (version < oldest) throw tooOld(options.url, version);
  } catch (error) {
    await db.destroy();
    throw error instanceof StartupError ? error : unreachable(options.url, error);
  }
  const close = (): Promise<void> => {
    closing = true;
    return db.destroy();
  };
  return { db, pool, close };
}

/** Instants as ISO 8601 with milliseconds, big integers as numbers (ours stay far below 2^53). */
const getTypeParser = ((oid: number, format?: 'text' | 'binary') => {
  if (oid === pg.types.builtins.TIMESTAMPTZ) return toInstant;
  if (oid === pg.types.builtins.INT8) return Number;
  return pg.types.getTypeParser(oid, format as 'text');
}) as typeof pg.types.getTypeParser;

function toInstant(text: string): string {
  return new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')).toISOString();
}

function place(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port || '5432'}${pathname}`;
  } catch {
    return 'the address in DATABASE_URL';
  }
}

function unreachable(url: string, error: unknown): StartupError {
  const reason =
    error instanceof AggregateError
      ? String(error.errors[0])
      : error instanceof Error
        ? error.message
        : String(error);
  return new StartupError(
    'database-unreachable',
    `The PostgreSQL at ${place(url)} cannot be used: ${reason}.`,
    'Check DATABASE_URL (host, port, user, password, database) and that the server runs and lets this machine in.',
  );
}

function tooOld(url: string, version: number): StartupError {
  return new StartupError(
    'version-mismatch',
    `The PostgreSQL at ${place(url)} is version ${version}; Lockstep needs ${oldest} or newer.`,
    'Upgrade that server, or leave DATABASE_URL unset to use the embedded one.',
  );
}
