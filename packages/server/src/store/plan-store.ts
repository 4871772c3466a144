import type { Store } from '@lockstep/engine';
import type { Db } from './database.ts';
import { PgStore } from './pg-store.ts';
import { readDue } from './resync.ts';
import { addToSpool, dropSpool } from './spool.ts';

/**
 * The store for a dry run: it needs no lease, reads what is, writes nothing but a spool of its own, and refuses
 * everything else. `planId` is any id that is no run's. Call `drop` when the plan is made.
 */
export function createPlanStore(options: {
  readonly db: Db;
  readonly integrationId: string;
  readonly planId: string;
}): Store & { drop(): Promise<void> } {
  const { db, integrationId, planId } = options;
  const store = new PgStore({ db, integrationId, runId: planId });
  const refuse = (): never => {
    throw new Error('a dry run tried to write; this is a defect of the engine');
  };
  return {
    cursors: () => store.cursors(),
    ledger: (side, ids) => store.ledger(side, ids),
    pairs: (side, ids) => store.pairs(side, ids),
    countPairs: () => store.countPairs(),
    somePairs: (limit) => store.somePairs(limit),
    parts: (pairId) => store.parts(pairId),
    openIntents: () => store.openIntents(),
    intent: (id) => store.intent(id),
    parked: (side, ids) => store.parked(side, ids),
    wishes: (pairIds) => store.wishes(pairIds),
    takenUp: (side, ids) => store.takenUp(side, ids),
    due: (now, limit) => readDue(db, integrationId, now, limit),
    spool: (changes) => db.transaction().execute((trx) => addToSpool(trx, planId, changes)),
    spooled: () => store.spooled(),
    spoolCounts: () => store.spoolCounts(),
    readSpool: (after, limit) => store.readSpool(after, limit),
    drop: () => dropSpool(db, [planId]),
    saveCursors: refuse,
    openIntent: refuse,
    closeIntent: refuse,
    settle: refuse,
    log: async () => {},
  };
}
