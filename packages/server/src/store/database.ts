import { Socket } from 'node:net';
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
  const { protocol, pathname, search, hash } = URL.parse(url) ?? {
    protocol: '',
    pathname: '',
    search: '',
    hash: '',
  };
  // An @ behind the host: a / ? or # of the password has ended it, and what follows would be shown as the host's name.
  const isCut = `${pathname}${search}${hash}`.includes('@');
  if ((protocol === 'postgres:' || protocol === 'postgresql:') && !isCut) return;
  throw new StartupError(
    'database-unreachable',
    'DATABASE_URL is not the address of a PostgreSQL.',
    'Write it like postgresql://user:password@host:5432/database, with special characters in the password percent-encoded.',
  );
}

/** Connects, and says in plain words why it cannot. The URL's password is never in a message. */
export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  assertAddress(options.url);
  const sockets = new Set<Socket>();
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'lockstep',
    connectionTimeoutMillis: 15_000,
    types: { getTypeParser },
    stream: () => {
      const socket = new Socket();
      sockets.add(socket);
      return socket.once('close', () => sockets.delete(socket));
    },
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
    const { rows } =
      await sql<Qualities>`select current_setting('server_version_num')::int / 10000 as version,
      current_setting('server_encoding') as encoding, current_setting('transaction_read_only') = 'on' as "readOnly"`.execute(
        db,
      );
    const [found] = rows;
    if (found !== undefined) assertUsable(options.url, found);
  } catch (error) {
    // One that was left in the middle of its greeting would keep the process until the server gives it up.
    for (const socket of sockets) socket.destroy();
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
  const said =
    error instanceof AggregateError
      ? String(error.errors[0])
      : error instanceof Error
        ? error.message
        : String(error);
  const reason = IN_WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? said;
  return new StartupError(
    'database-unreachable',
    `The PostgreSQL at ${place(url)} cannot be used: ${reason}.`,
    'Check DATABASE_URL (host, port, user, password, database) and that the server runs and lets this machine in.',
  );
}

/** The driver's words for what is no word of a PostgreSQL. */
const IN_WORDS: readonly (readonly [RegExp, string])[] = [
  [/password must be a (non-empty )?string/, 'it asks for a password, and DATABASE_URL holds none'],
  [/terminated due to connection timeout|timeout exceeded/, 'it takes no connection within 15 seconds'],
  [/terminated unexpectedly/, 'it broke the connection, so it may be no PostgreSQL'],
];

interface Qualities {
  readonly version: number;
  readonly encoding: string;
  readonly readOnly: boolean;
}

/** What would otherwise show as strange failures later on. */
export function assertUsable(url: string, { version, encoding, readOnly }: Qualities): void {
  if (version < oldest)
    throw new StartupError(
      'version-mismatch',
      `The PostgreSQL at ${place(url)} is version ${version}; Lockstep needs ${oldest} or newer.`,
      'Upgrade that server, or leave DATABASE_URL unset to use the embedded one.',
    );
  if (encoding !== 'UTF8')
    throw new StartupError(
      'database-unusable',
      `The database at ${place(url)} has the encoding ${encoding}, which cannot hold every text of a tracker.`,
      'Make one with the encoding UTF8 (createdb --encoding=UTF8 --template=template0) and name it in DATABASE_URL.',
    );
  if (readOnly)
    throw new StartupError(
      'database-unusable',
      `The database at ${place(url)} takes no writes: it is a standby, or set to read only.`,
      'Name the primary in DATABASE_URL, or let this account write.',
    );
}
