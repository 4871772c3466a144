import { sql } from 'kysely';
import type { Db, Trx } from '../store/database.ts';

export interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** What lives only as long as the servers that run now; a restored server begins without it. */
const VOLATILE = [
  'schema_version',
  'lease',
  'spool',
  'budget',
  'budget_slot',
  'session',
  'sign_in_limit',
  'oidc_sign_in',
  'trouble',
  'trouble_told',
  'notification_message',
  'turn',
  'capture',
  'captured_request',
];

/** The tables that hold what must survive, each behind those that its rows refer to. */
export async function tablesOf(db: Db | Trx): Promise<readonly Table[]> {
  const { rows } = await sql<Table>`
    select c.relname as name,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and not c.relname = any(${VOLATILE}::text[])
    order by c.relname`.execute(db);
  const { rows: references } = await sql<{ from: string; to: string }>`
    select conrelid::regclass::text as from, confrelid::regclass::text as to from pg_constraint
    where contype = 'f' and conrelid <> confrelid and connamespace = current_schema()::regnamespace`.execute(
    db,
  );
  const ordered: Table[] = [];
  const waiting = [...rows];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ name }) =>
      references.every(({ from, to }) => from !== name || !waiting.some((one) => one.name === to)),
    );
    if (next < 0)
      throw new Error(
        `the tables ${waiting.map(({ name }) => name).join(', ')} refer to each other in a circle`,
      );
    ordered.push(...waiting.splice(next, 1));
  }
  return ordered;
}
