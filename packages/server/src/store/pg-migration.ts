import type { MigrationPosition, MigrationStore, Side, TakenItem } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { Fence } from './fence.ts';
import { readTaken, takeItems } from './migration-items.ts';
import { json } from './text.ts';

/** What one migration remembers, written by the slice at work, which holds the integration's lease. */
export class PgMigration implements MigrationStore {
  private readonly db: Db;
  private readonly fence: Fence;
  private readonly migration: { readonly id: string; readonly integrationId: string; readonly side: Side };

  constructor(options: {
    readonly db: Db;
    readonly integrationId: string;
    readonly runId: string;
    readonly migrationId: string;
    readonly side: Side;
  }) {
    const { db, integrationId, runId, migrationId, side } = options;
    this.db = db;
    this.fence = new Fence(db, integrationId, runId);
    this.migration = { id: migrationId, integrationId, side };
  }

  taken(ids: readonly string[]): Promise<ReadonlyMap<string, 'in hand' | 'done'>> {
    return readTaken(this.db, this.migration.id, ids);
  }

  async take(items: readonly TakenItem[]): Promise<void> {
    if (items.length > 0) await this.fence.write((trx) => takeItems(trx, this.migration, items));
  }

  /** At the end the migration is done in the same transaction. */
  async advance(position: MigrationPosition): Promise<void> {
    const isDone = position.phase === 'done';
    await this.fence.write((trx) =>
      sql`update migration set position = ${json(position)},
        state = case when ${isDone} then 'done' else state end,
        ended_at = case when ${isDone} then clock_timestamp() else ended_at end
        where id = ${this.migration.id}`.execute(trx),
    );
  }
}
