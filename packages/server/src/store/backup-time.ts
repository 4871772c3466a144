import { sql } from 'kysely';
import type { Db } from './database.ts';

/** A backup was sent to its last line. Whether it was kept, the server cannot know. */
export async function noteBackup(db: Db): Promise<void> {
  await sql`insert into setting (name, value) values ('backup', 'null')
    on conflict (name) do update set at = now()`.execute(db);
}

/** When that was last. */
export async function lastBackup(db: Db): Promise<string | undefined> {
  const { rows } = await sql<{ at: string }>`select at from setting where name = 'backup'`.execute(db);
  return rows[0]?.at;
}
