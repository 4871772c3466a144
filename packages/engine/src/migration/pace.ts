/** How fast it goes, from what was done lately. */
export interface Pace {
  /** Milliseconds spent, and items written in them; what is long ago weighs less. */
  readonly spent: number;
  readonly written: number;
  /** Items written in all. */
  readonly total: number;
  /** Our clock, at the latest item; not kept within a slice, so that the time for which a server was dead counts for nothing. */
  readonly at?: number;
}

export const NO_PACE: Pace = { spent: 0, written: 0, total: 0 };

/** Items after which what was measured before weighs half. */
const MEMORY = 1_000;
/** Milliseconds between two items that still count as work, with a run in between perhaps: longer ones are pauses. */
const LONGEST = 60_000;

/** The pace after so many more items were written, at that time by our clock. Pure. */
export function paced(pace: Pace, written: number, now: number): Pace {
  const elapsed = pace.at === undefined ? 0 : Math.max(0, now - pace.at);
  if (elapsed > LONGEST || pace.at === undefined) return { ...pace, total: pace.total + written, at: now };
  const weight = 0.5 ** (written / MEMORY);
  return {
    spent: pace.spent * weight + elapsed,
    written: pace.written * weight + written,
    total: pace.total + written,
    at: now,
  };
}
