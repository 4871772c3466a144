/** Seconds: below, an interval says little, as a run takes its time. */
const LEAST = 60;

/** Is it late at that moment, three intervals after its last run began? Instants in milliseconds, the interval in seconds. */
export function isLate(since: number, interval: number, now: number): boolean {
  return now - since > Math.max(LEAST, interval * 3) * 1000;
}
