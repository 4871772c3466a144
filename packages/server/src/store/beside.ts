import { sql } from 'kysely';
import type { Log } from '../postgres/log.ts';
import type { Trx } from './database.ts';

/** Does something beside what a transaction is for: all of it, or, if it fails, nothing, and the transaction goes on. */
export async function beside(trx: Trx, log: Log, what: string, work: () => Promise<void>): Promise<void> {
  await sql`savepoint beside`.execute(trx);
  try {
    await work();
    await sql`release savepoint beside`.execute(trx);
  } catch (error) {
    await sql`rollback to savepoint beside`.execute(trx);
    log.error({ err: error }, what);
  }
}
