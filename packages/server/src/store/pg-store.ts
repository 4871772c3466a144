import type {
  Both,
  DetectedChange,
  Intent,
  LedgerEntry,
  LogLine,
  MigrationTerms,
  Pair,
  Parked,
  PartPair,
  Settlement,
  Side,
  SpoolCount,
  Store,
  StoredCursor,
  Wish,
} from '@lockstep/engine';
import { readCursors, writeCursors } from './cursors.ts';
import type { Db } from './database.ts';
import { Fence } from './fence.ts';
import { deleteIntents, readIntents, writeIntent } from './intents.ts';
import { readLedger } from './ledger.ts';
import { writeLog } from './logs.ts';
import { countPairs, readPairs, readParts, readSomePairs } from './pairs.ts';
import { readTakenUp } from './migration-items.ts';
import { readParked } from './parked.ts';
import { type Due, readDue, takeMarks } from './resync.ts';
import { settle } from './settle.ts';
import { readWishes } from './wishes.ts';
import { addToSpool, countSpool, countSpoolByKind, readSpool } from './spool.ts';

/** The engine's store for one integration during one run, which `Runs.begin` has given the lease. */
export class PgStore implements Store {
  private readonly db: Db;
  private readonly fence: Fence;
  private readonly integrationId: string;
  private readonly runId: string;

  constructor(options: { readonly db: Db; readonly integrationId: string; readonly runId: string }) {
    this.db = options.db;
    this.integrationId = options.integrationId;
    this.runId = options.runId;
    this.fence = new Fence(options.db, options.integrationId, options.runId);
  }

  cursors(): Promise<Partial<Both<StoredCursor>>> {
    return readCursors(this.db, this.integrationId);
  }
  saveCursors(cursors: Partial<Both<StoredCursor>>): Promise<void> {
    return this.fence.write((trx) => writeCursors(trx, this.integrationId, cursors));
  }

  ledger(side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>> {
    return readLedger(this.db, this.integrationId, side, ids);
  }

  pairs(side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, Pair>> {
    return readPairs(this.db, this.integrationId, side, ids);
  }
  countPairs(): Promise<number> {
    return countPairs(this.db, this.integrationId);
  }
  somePairs(limit: number): Promise<readonly Pair[]> {
    return readSomePairs(this.db, this.integrationId, limit);
  }
  parts(pairId: string): Promise<readonly PartPair[]> {
    return readParts(this.db, this.integrationId, pairId);
  }

  openIntent(intent: Intent): Promise<void> {
    return this.fence.write((trx) => writeIntent(trx, this.integrationId, this.runId, intent));
  }
  openIntents(): Promise<readonly Intent[]> {
    return readIntents(this.db, this.integrationId);
  }
  async intent(id: string): Promise<Intent | undefined> {
    return (await readIntents(this.db, this.integrationId, id))[0];
  }
  closeIntent(id: string): Promise<void> {
    return this.fence.write((trx) => deleteIntents(trx, this.integrationId, [id]));
  }

  async due(now: string, limit: number): Promise<readonly Due[]> {
    const due = await readDue(this.db, this.integrationId, now, limit);
    if (due.some((it) => it.why === 'resync')) {
      await this.fence.write((trx) => takeMarks(trx, this.integrationId, this.runId, due));
    }
    return due;
  }
  parked(side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, Parked>> {
    return readParked(this.db, this.integrationId, side, ids);
  }

  wishes(pairIds: readonly string[]): Promise<ReadonlyMap<string, readonly Wish[]>> {
    return readWishes(this.db, this.integrationId, pairIds);
  }

  takenUp(side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, MigrationTerms>> {
    return readTakenUp(this.db, this.integrationId, side, ids);
  }

  spool(changes: readonly DetectedChange[]): Promise<void> {
    return this.fence.write((trx) => addToSpool(trx, this.runId, changes));
  }
  spooled(): Promise<number> {
    return countSpool(this.db, this.runId);
  }
  spoolCounts(): Promise<readonly SpoolCount[]> {
    return countSpoolByKind(this.db, this.integrationId, this.runId);
  }
  readSpool(
    after: number,
    limit: number,
  ): Promise<readonly (DetectedChange & { readonly position: number })[]> {
    return readSpool(this.db, this.runId, after, limit);
  }

  settle(settlement: Settlement): Promise<void> {
    return this.fence.write((trx) => settle(trx, this.integrationId, this.runId, settlement));
  }
  log(lines: readonly LogLine[]): Promise<void> {
    return this.fence.write((trx) => writeLog(trx, this.integrationId, this.runId, lines));
  }
}
