import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Log } from '../postgres/log.ts';
import { StartupError } from '../postgres/startup-error.ts';
import type { Db, Trx } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { migrations } from '../store/migrations/index.ts';
import { FORMAT, Header, LastLine, Row, TableLine } from './header.ts';
import { type Table, tablesOf } from './tables.ts';

/** Rows written at a time. */
const BATCH = 500;

export interface Restored {
  readonly version: string;
  readonly at: string;
  readonly rows: number;
}

/**
 * Fills an empty database with a backup and brings it to this Lockstep's schema: all of it or nothing. `header` is what
 * `assertWhole` said of these lines.
 * @throws StartupError when the database is in use.
 */
export async function restoreBackup(
  db: Db,
  header: Header,
  lines: AsyncIterable<string>,
  log: Log,
): Promise<Restored> {
  await assertEmpty(db);
  await migrate(
    db,
    log,
    migrations.filter(({ number }) => number <= header.schema.number),
  );
  const reader = new Lines(lines);
  await reader.next();
  const rows = await db.transaction().execute(async (trx) => {
    await sql`set local time zone 'UTC'`.execute(trx);
    // Our migrations may have put rows of their own in.
    const tables = await tablesOf(trx);
    for (const { name } of tables.toReversed()) await sql`delete from ${sql.table(name)}`.execute(trx);
    const count = await readTables(trx, reader, tables);
    for (const table of tables) await restoreSequences(trx, table);
    // Where this came from may still be running: a person has to say that it goes on here.
    await sql`update integration set enabled = false`.execute(trx);
    return count;
  });
  await migrate(db, log);
  await sql`update integration set restored_at = now()`.execute(db);
  return { version: header.version, at: header.at, rows };
}

async function readHeader(reader: Lines): Promise<Header> {
  const first = parsed(await reader.next());
  const known = Header.safeParse(first);
  if (!known.success)
    throw new StartupError(
      'backup-unknown',
      'The file is no backup of Lockstep.',
      'Give a file that `lockstep backup` wrote.',
    );
  const { format, schema, version } = known.data;
  const latest = migrations.at(-1)?.number ?? 0;
  if (format > FORMAT || schema.number > latest)
    throw new StartupError(
      'backup-newer',
      `The backup was written by Lockstep ${version}, with schema version ${schema.number}; this one knows only up to ${latest}.`,
      'Restore it with that version of Lockstep, or a later one.',
    );
  const own = migrations.find(({ number }) => number === schema.number);
  if (own?.name !== schema.name)
    throw new StartupError(
      'backup-unknown',
      `The backup has schema version ${schema.number} “${schema.name}”, which this Lockstep does not know.`,
      'It was written by another build of Lockstep: restore it with that one.',
    );
  return known.data;
}

/** Reads all lines. @throws StartupError when they are no backup, were changed, or end early. */
export async function assertWhole(lines: AsyncIterable<string>): Promise<Header> {
  const reader = new Lines(lines);
  const header = await readHeader(reader);
  let rows = 0;
  for (;;) {
    const value = parsed(await reader.next());
    if (Array.isArray(value)) rows += 1;
    else if (!TableLine.safeParse(value).success) {
      const last = LastLine.safeParse(value);
      if (!last.success) throw damaged('a line of it is no table, no row and no end');
      if (last.data.rows !== rows || last.data.sha256 !== reader.digest)
        throw damaged('it was changed since it was written');
      return header;
    }
  }
}

/** A restored database never mixes with what is there. */
async function assertEmpty(db: Db): Promise<void> {
  for (const { name } of await tablesOf(db)) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(db);
    if (rows.length === 0) continue;
    throw new StartupError(
      'database-in-use',
      'The database is in use already, and a backup is restored into an empty one only.',
      'Give a data folder that does not exist yet, or set DATABASE_URL to a new database.',
    );
  }
}

async function readTables(trx: Trx, reader: Lines, tables: readonly Table[]): Promise<number> {
  let current: { readonly table: Table; readonly columns: readonly string[] } | undefined;
  let batch: Row[] = [];
  let count = 0;
  const write = async (): Promise<void> => {
    if (current !== undefined && batch.length > 0) await insert(trx, current.table, current.columns, batch);
    batch = [];
  };
  for (;;) {
    const value = parsed(await reader.next());
    const row = Row.safeParse(value);
    if (row.success && row.data.length === current?.columns.length) {
      batch.push(row.data);
      count += 1;
      if (batch.length >= BATCH) await write();
      continue;
    }
    await write();
    const next = TableLine.safeParse(value);
    if (!next.success) return count;
    const table = tables.find(({ name }) => name === next.data.table);
    const known = table?.columns.map(({ name }) => name) ?? [];
    if (table === undefined || next.data.columns.some((name) => !known.includes(name)))
      throw damaged(`table ${next.data.table} is not that of its schema version`);
    current = { table, columns: next.data.columns };
  }
}

async function insert(
  trx: Trx,
  table: Table,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  const typed = columns.map((name) => table.columns.find((one) => one.name === name)?.type ?? 'text');
  const names = sql.join(columns.map((name) => sql.ref(name)));
  const casts = sql.join(columns.map((name, index) => sql.raw(`v."${name}"::${typed[index] ?? 'text'}`)));
  const arrays = sql.join(
    columns.map((_name, index) => sql`${rows.map((row) => row[index] ?? null)}::text[]`),
  );
  await sql`insert into ${sql.table(table.name)} (${names}) overriding system value
    select ${casts} from unnest(${arrays}) as v(${names})`.execute(trx);
}

/** Numbers given from now on follow those that are there. */
async function restoreSequences(trx: Trx, { name, columns }: Table): Promise<void> {
  for (const column of columns) {
    const { rows } = await sql<{ sequence: string | null }>`
      select pg_get_serial_sequence(quote_ident(${name}), ${column.name}) as sequence`.execute(trx);
    const sequence = rows[0]?.sequence ?? null;
    if (sequence === null) continue;
    await sql`select setval(${sequence}, (select coalesce(max(${sql.ref(column.name)}), 0) + 1 from ${sql.table(name)}), false)`.execute(
      trx,
    );
  }
}

function parsed(line: string | undefined): unknown {
  if (line === undefined) throw damaged('it ends before its last line');
  try {
    return JSON.parse(line);
  } catch {
    throw damaged('a line of it is no JSON');
  }
}

function damaged(why: string): StartupError {
  return new StartupError(
    'backup-damaged',
    `The backup cannot be restored: ${why}.`,
    'Nothing was restored. Copy the file again, or take another backup.',
  );
}

/** Lines one by one, with the hash of all before the latest. */
class Lines {
  private readonly source: AsyncIterator<string>;
  private readonly hash = createHash('sha256');
  private latest = '';

  constructor(lines: AsyncIterable<string>) {
    this.source = lines[Symbol.asyncIterator]();
  }

  get digest(): string {
    return this.hash.copy().digest('hex');
  }

  async next(): Promise<string | undefined> {
    const { done, value } = await this.source.next();
    this.hash.update(this.latest);
    if (done === true) return undefined;
    this.latest = `${value}\n`;
    return value;
  }
}
