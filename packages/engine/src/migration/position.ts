import type { Cursor } from '@lockstep/sdk';
import { NO_PACE } from './pace.ts';
import type { Pace } from './pace.ts';

/** How far a migration has come; plain data, kept after every page. */
export interface MigrationPosition {
  /** Items are counted first, so that progress and time are known while they are moved. */
  readonly phase: 'counting' | 'moving' | 'done';
  /** Behind which page of the feed it goes on. */
  readonly after?: Cursor;
  /** Where items are named: how many of them were looked up. */
  readonly named?: number;
  readonly counted: Counted;
  readonly pace: Pace;
}

export interface Counted {
  /** Items read. */
  readonly examined: number;
  /** Of these, chosen by the request. */
  readonly chosen: number;
  /** Of these, about to be written. */
  readonly toWrite: number;
}

export const BEGINNING: MigrationPosition = {
  phase: 'counting',
  counted: { examined: 0, chosen: 0, toWrite: 0 },
  pace: NO_PACE,
};

/** Milliseconds until the end; undefined while nothing is known. Pure. */
export function remaining(position: MigrationPosition): number | undefined {
  const { phase, counted, pace } = position;
  if (phase === 'done') return 0;
  if (phase === 'counting' || pace.written === 0) return undefined;
  return Math.round((Math.max(0, counted.toWrite - pace.total) * pace.spent) / pace.written);
}
