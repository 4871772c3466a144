import type { Settlement } from '@lockstep/engine';
import { writeConflicts } from './conflicts.ts';
import type { Trx } from './database.ts';
import { deleteIntents } from './intents.ts';
import { writeLedger } from './ledger.ts';
import { writeLog } from './logs.ts';
import { noteMigrated } from './migration-items.ts';
import { writePair, writeParts } from './pairs.ts';
import { type ItemReference, releaseParked, writeParked } from './parked.ts';
import { clearMarks } from './resync.ts';
import { writeSync } from './syncs.ts';
import { endConflicts, writeAnswers } from './wishes.ts';

/** All that one item's sync leaves behind, in the caller's one transaction; statements with nothing to say are left out. */
export async function settle(
  trx: Trx,
  integrationId: string,
  runId: string,
  settlement: Settlement,
): Promise<void> {
  const { pair, sync, underWay, parts } = settlement;
  if (pair !== undefined) {
    await writePair(trx, integrationId, pair);
    await writeParts(trx, integrationId, pair.id, parts);
  } else if (parts.length > 0) {
    throw new Error(
      'a settlement with comments or attachments must name their pair; this is a defect of the engine',
    );
  }
  await writeLedger(trx, integrationId, settlement.ledger);
  await deleteIntents(trx, integrationId, settlement.closedIntents);
  await writeConflicts(trx, integrationId, runId, settlement.conflicts);
  await writeAnswers(trx, integrationId, settlement.answers ?? []);
  if (pair !== undefined && settlement.standing !== undefined)
    await endConflicts(trx, integrationId, pair.id, settlement.standing);
  await releaseParked(trx, integrationId, settlement.released);
  await writeParked(trx, integrationId, settlement.parked);
  if (settlement.migrated !== undefined) await noteMigrated(trx, integrationId, settlement.migrated);
  await clearMarks(trx, integrationId, runId, settled(settlement));
  if (underWay !== undefined) await writeSync(trx, integrationId, runId, underWay);
  if (sync !== undefined) await writeSync(trx, integrationId, runId, sync);
  await writeLog(trx, integrationId, runId, settlement.log);
}

/** Every item this settlement speaks of. */
function settled({ ledger, parked, released, sync }: Settlement): ItemReference[] {
  const origin = sync?.[sync.origin];
  return [
    ...ledger,
    ...parked,
    ...released,
    ...(sync === undefined || origin === undefined ? [] : [{ side: sync.origin, id: origin.id }]),
  ];
}
