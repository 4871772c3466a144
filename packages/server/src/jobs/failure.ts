import type { RunSummary, SideCounts } from '@lockstep/engine';
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
  return { outcome: 'failed', left: NOTHING, right: NOTHING, message, remedy };
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
