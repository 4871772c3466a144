import type { Progress } from '@lockstep/engine';

/** How far a run under way is, as its server tells when it renews its lease. */
export interface RunProgress extends Progress {
  /** Milliseconds to go at the pace so far, where that can be told. */
  readonly remaining?: number;
}
