import type { RunSummary, Side, SideCounts } from '@lockstep/engine';
import { Refusal } from '../integrations/refusal.ts';
import { databaseTrouble } from '../store/trouble.ts';

const NOTHING: SideCounts = {
  examined: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  skipped: 0,
  conflicted: 0,
  parked: 0,
  comments: 0,
  attachments: 0,
  requests: 0,
  waited: 0,
};

/** The end of a run that threw: what happened and how to mend it. */
export function failure(error: unknown): RunSummary {
  const [message, remedy] = told(error);
  return { outcome: 'failed', left: NOTHING, right: NOTHING, message, remedy, broken: brokenBy(error) };
}

/** Refusals that say of a connection that its tracker takes not its account, or is not there. */
const BROKEN: readonly string[] = ['tracker-auth', 'tracker-config', 'tracker-unavailable'];

/** The sides whose connection it was. */
function brokenBy(error: unknown): readonly Side[] {
  if (!(error instanceof Refusal) || !BROKEN.includes(error.code)) return [];
  return (['left', 'right'] as const).filter((side) =>
    error.faults?.some(({ path }) => path[0] === side && path[1] === 'connection'),
  );
}

function told(error: unknown): [message: string, remedy: string] {
  if (error instanceof Refusal) return [error.message, error.remedy];
  const trouble = databaseTrouble(error);
  if (trouble !== undefined) return [trouble.what, trouble.remedy];
  const reason = error instanceof Error ? error.message : String(error);
  return [
    `unexpected failure: ${reason}`,
    "Look into the server's log; if it stays, report it with that log.",
  ];
}
