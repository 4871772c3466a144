import type { DriftAudit, DriftFinding } from '@lockstep/api';
import type { Both, Side } from '@lockstep/engine';
import type { Schema } from '@lockstep/sdk';
import { wordsOf } from '../jobs/plan-words.ts';
import type { DriftAuditEntry, FindingRow } from '../store/drift-audits.ts';

/** An audit as people see it. */
export function shownAudit(entry: DriftAuditEntry, integration: string): DriftAudit {
  const { after: _place, spent, unpaired, requests, ...counted } = entry.position;
  const isRunning = entry.state === 'running';
  const isTold = isRunning && entry.failures === 0 && counted.compared > 0;
  return {
    id: entry.id,
    integration,
    state: isRunning && entry.failures > 0 ? 'waiting' : entry.state,
    who: entry.who,
    createdAt: entry.createdAt,
    ...(entry.endedAt === null ? {} : { endedAt: entry.endedAt }),
    ...counted,
    unpaired: { ...unpaired },
    requests: { ...requests },
    ...(isTold
      ? { remaining: Math.round((Math.max(0, counted.total - counted.compared) * spent) / counted.compared) }
      : {}),
    ...(entry.message === null ? {} : { message: entry.message }),
    ...(entry.remedy === null ? {} : { remedy: entry.remedy }),
  };
}

/** A finding in the words of the trackers, as far as those are known. */
export function shownFinding(
  { finding, repair, repairedAt }: FindingRow,
  schemas: Partial<Both<Schema>>,
): DriftFinding {
  const { pairId: _, fields, gone, ...rest } = finding;
  const shown = {
    ...rest,
    gone,
    fields: fields.map((one) => {
      const valued = (side: Side) => {
        const { title, words } = wordsOf(schemas, side, one.field[side]);
        return { field: one.field[side], title, value: one[side], words: words(one[side]) };
      };
      return { left: valued('left'), right: valued('right'), why: one.why, reason: one.reason };
    }),
    ...(repair === null ? {} : { repair }),
    ...(repairedAt === null ? {} : { repairedAt }),
  };
  return JSON.parse(JSON.stringify(shown)) as DriftFinding;
}
