import type { ItemId } from '@lockstep/sdk';
import type { SyncOutcome } from '../ports/records.ts';
import type { MigrationPosition } from './position.ts';

export interface TakenItem {
  readonly id: ItemId;
  readonly key: string;
  /** Had it a counterpart when the migration came to it? */
  readonly wasPaired: boolean;
  /** Known at once where nothing is to be done. */
  readonly outcome?: Extract<SyncOutcome, 'skipped'>;
  readonly message?: string;
}

/** What one migration remembers. Every write is fenced and durable as those of the `Store` are. */
export interface MigrationStore {
  /** Of these items those that it has taken up, and whether it is through with them. */
  taken(ids: readonly ItemId[]): Promise<ReadonlyMap<ItemId, 'in hand' | 'done'>>;
  /** Takes items up; those it has already stay as they are. */
  take(items: readonly TakenItem[]): Promise<void>;
  /** Everything up to this position is dealt with. */
  advance(position: MigrationPosition): Promise<void>;
}
