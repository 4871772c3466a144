import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../store/database.ts';
import { FORMAT, type Header } from './header.ts';
import { type Table, tablesOf } from './tables.ts';

/** Rows read at a time. */
const BATCH = 500;

/**
 * The whole database as lines of JSON, as it was at one moment; nobody waits for it. The first line is the header, the
 * last one the number of rows and the hash of all before it: a backup that was cut short shows. Connections' secrets stay
 * sealed; their key is not in it.
 */
export async function* writeBackup(db: Db, version: string): AsyncGenerator<string> {
  const trx = await db
    .startTransaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute();
  const digest = createHash('sha256');
  const line = (value: unknown): string => {
    const text = `${JSON.stringify(value)}\n`;
    digest.update(text);
    return text;
  };
  try {
    await sql`set local time zone 'UTC'`.execute(trx);
    const { rows: schema } = await sql<Header['schema']>`
      select number, name from schema_version order by number desc limit 1`.execute(trx);
    const { rows: moment } = await sql<{ at: string }>`select now() as at`.execute(trx);
    const [latest] = schema;
    if (latest === undefined) throw new Error('the database has no schema yet');
    const header: Header = {
      lockstep: 'backup',
      format: FORMAT,
      version,
      schema: latest,
      at: moment[0]?.at ?? '',
    };
    yield line(header);
    let count = 0;
    for (const table of await tablesOf(trx)) {
      yield line({ table: table.name, columns: table.columns.map(({ name }) => name) });
      await sql.raw(`declare backup no scroll cursor for ${selectOf(table)}`).execute(trx);
      for (;;) {
        const { rows } = await sql.raw<{ row: string }>(`fetch ${BATCH} from backup`).execute(trx);
        if (rows.length === 0) break;
        count += rows.length;
        const text = rows.map(({ row }) => `${row}\n`).join('');
        digest.update(text);
        yield text;
      }
      await sql.raw('close backup').execute(trx);
    }
    yield `${JSON.stringify({ rows: count, sha256: digest.digest('hex') })}\n`;
  } finally {
    await trx.rollback().execute();
  }
}

/** Each value as PostgreSQL writes it in text, so that it comes back to the last digit. */
function selectOf({ name, columns }: Table): string {
  const values = columns.map((column) => `"${column.name}"::text`).join(', ');
  return `select json_build_array(${values})::text as row from "${name}"`;
}
