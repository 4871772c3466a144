import { sql } from 'kysely';
import type { Log } from '../postgres/log.ts';
import { StartupError } from '../postgres/startup-error.ts';
import type { Db, Trx } from './database.ts';
import type { Migration } from './migrations/migration.ts';
import { migrations as all } from './migrations/index.ts';

/** Any number, the same in every Lockstep: starters take turns. */
const turn = 5_625_301;

/**
 * Brings the schema to this code's version, all in one transaction: it is either the old one or the new one.
 * @returns how many migrations were run.
 * @throws StartupError if the database is newer than the code.
 */
export async function migrate(db: Db, log: Log, migrations: readonly Migration[] = all): Promise<number> {
  return db
    .transaction()
    .execute((trx) => migrateIn(trx, log, migrations))
    .catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
      throw new StartupError(
        'database-unusable',
        `The account of DATABASE_URL may not do what Lockstep needs in its database: ${(error as Error).message}.`,
        'Make it the owner of the database (alter database NAME owner to ACCOUNT), or grant it create on its schema public.',
        error,
      );
    });
}

/** PostgreSQL's code. */
const INSUFFICIENT_PRIVILEGE = '42501';

async function migrateIn(trx: Trx, log: Log, migrations: readonly Migration[]): Promise<number> {
  await sql`select pg_advisory_xact_lock(${turn})`.execute(trx);
  await sql`create table if not exists schema_version (
      number integer primary key, name text not null, applied_at timestamptz not null default now())`.execute(
    trx,
  );
  const { rows } = await sql<{ number: number; name: string }>`
      select number, name from schema_version order by number`.execute(trx);
  check(rows, migrations);
  const missing = migrations.slice(rows.length);
  for (const { number, name, sql: text } of missing) {
    await sql.raw(text).execute(trx);
    await sql`insert into schema_version (number, name) values (${number}, ${name})`.execute(trx);
    log.info({ number, name }, 'database schema upgraded');
  }
  return missing.length;
}

function check(applied: readonly { number: number; name: string }[], known: readonly Migration[]): void {
  const last = applied.at(-1);
  if (last !== undefined && last.number > (known.at(-1)?.number ?? 0)) {
    throw new StartupError(
      'schema-newer',
      `The database has schema version ${last.number} (${last.name}); this Lockstep knows only up to ${known.at(-1)?.number ?? 0}.`,
      'A newer Lockstep has used it. Start that version (or a later one), or restore a backup from before the upgrade.',
    );
  }
  const other = applied.find(
    (row, index) => row.number !== known[index]?.number || row.name !== known[index]?.name,
  );
  if (other !== undefined) {
    throw new StartupError(
      'schema-changed',
      `The database's schema version ${other.number} is "${other.name}", which this Lockstep does not know.`,
      'The database belongs to another build of Lockstep. Use that build, or another database.',
    );
  }
}
