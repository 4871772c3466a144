import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { migrations as all } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';

/** Where the migrations are played to see what they make; it is gone again before anybody else can see it. */
const SCRATCH = 'lockstep_expected';

/**
 * What the schema of this database is not as the migrations make it: columns, keys and indexes that are missing, changed or
 * not ours. They are played in a schema of their own, in a transaction that is rolled back.
 */
export async function schemaDrift(
  db: Db,
  migrations: readonly Migration[] = all,
): Promise<readonly string[]> {
  const trx = await db.startTransaction().execute();
  try {
    const live = await describe(trx);
    await sql`create schema ${sql.id(SCRATCH)}`.execute(trx);
    await sql`set local search_path to ${sql.id(SCRATCH)}`.execute(trx);
    await sql`create table schema_version (
      number integer primary key, name text not null, applied_at timestamptz not null default now())`.execute(
      trx,
    );
    for (const migration of migrations) await sql.raw(migration.sql).execute(trx);
    const expected = await describe(trx);
    return [
      ...[...expected].flatMap(([what, how]) => {
        const found = live.get(what);
        if (found === undefined) return [`${what} is missing`];
        return found === how ? [] : [`${what} is ${found} in place of ${how}`];
      }),
      ...[...live.keys()].flatMap((what) => (expected.has(what) ? [] : [`${what} is not of Lockstep`])),
    ];
  } finally {
    await trx.rollback().execute();
  }
}

/** Everything of the current schema that decides how it behaves, by its name. */
async function describe(trx: Trx): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ what: string; how: string }>`
    select 'column ' || c.relname || '.' || a.attname as what,
      format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
        || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
        || case a.attidentity when '' then '' else ' identity' end as how
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
    union all
    select 'index ' || i.relname, pg_get_indexdef(x.indexrelid, 0, true)
    from pg_index x join pg_class i on i.oid = x.indexrelid
    where i.relnamespace = current_schema()::regnamespace
    union all
    select 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid, true)
    from pg_constraint
    where connamespace = current_schema()::regnamespace and contype <> 'n' and conrelid <> 0
    union all
    select 'trigger ' || tgrelid::regclass || '.' || tgname, pg_get_triggerdef(t.oid, true)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not tgisinternal and c.relnamespace = current_schema()::regnamespace
    order by 1`.execute(trx);
  return new Map(rows.map(({ what, how }) => [what, how]));
}
