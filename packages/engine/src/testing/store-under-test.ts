import type { Side } from '../configuration/integration.ts';
import type { Conflict, LogLine, Pair, SyncRecord } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import type { Wanted } from '../ports/wish.ts';

/** One integration's store, and what people see of it. */
export interface StoreUnderTest {
  /** The store of a new run, which takes over from the one before. */
  begin(run: string): Promise<Store>;
  /** Asks for an item to be looked at again. */
  mark(side: Side, id: string): Promise<void>;
  /** Wishes something of a pair. */
  wish(pair: Pair, who: string, wanted: Wanted): Promise<void>;
  /** Of the conflicts: who resolved them, or why the latest resolution was refused. */
  resolutions(): Promise<Readonly<Record<string, { readonly by?: string; readonly refused?: string }>>>;
  /** The connection of the latest store breaks at its next commit: before it, or behind it with the answer lost. */
  breakNext(when: 'before' | 'after'): void;
  /** Oldest first. */
  syncs(): Promise<readonly SyncRecord[]>;
  log(): Promise<readonly LogLine[]>;
  conflicts(): Promise<readonly Conflict[]>;
  close(): Promise<void>;
}
