import type { Both, Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';

/** What earlier runs of the integration cost, summed up. */
export interface Measured {
  /** Items created or updated. */
  readonly written: number;
  readonly requests: Both<number>;
  readonly milliseconds: number;
}

export interface MigrationEstimate {
  readonly requests: Both<number>;
  readonly seconds: number;
  /** `measured`: by what earlier runs needed; `assumed`: too little is known of them. */
  readonly basis: 'measured' | 'assumed';
}

/** Fewer say too little: most of what such runs send is the look for changes. */
const ENOUGH = 20;
/** A reading of its comments and files; a search for it, the write, and its reading back. */
const ASSUMED = { source: 1, target: 3 };

/** What writing so many items behind so many pages will need; `rate` is each connection's requests a second. Pure. */
export function estimateMigration(
  from: Side,
  work: { readonly pages: number; readonly writes: number },
  measured: Measured,
  rate: Both<number>,
): MigrationEstimate {
  const isMeasured = measured.written >= ENOUGH;
  const each = (side: Side): number => {
    if (isMeasured) return measured.requests[side] / measured.written;
    return side === from ? ASSUMED.source : ASSUMED.target;
  };
  const needed = (side: Side): number =>
    // The pages are read twice: to count, and to move.
    Math.ceil(work.writes * each(side)) + (side === from ? 2 * work.pages : 0);
  const requests = { left: needed('left'), right: needed('right') };
  const allowed = Math.max(...[from, other(from)].map((side) => requests[side] / rate[side]));
  const taken = isMeasured ? (work.writes * measured.milliseconds) / measured.written / 1_000 : 0;
  return {
    requests,
    seconds: Math.ceil(Math.max(allowed, taken)),
    basis: isMeasured ? 'measured' : 'assumed',
  };
}
