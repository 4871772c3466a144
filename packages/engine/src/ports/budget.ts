/** The request budget of ONE connection, shared by everything that uses it. */
export interface Budget {
  /** Waits for a permit and a free slot; resolves with what it waited, in milliseconds. Call `release` when answered. */
  acquire(signal: AbortSignal): Promise<{ readonly waited: number; release(): void }>;
  /** Nobody may send on this connection before this time (milliseconds since 1970): a 429 or Retry-After was seen. */
  penalise(until: number): Promise<void>;
}
