/** Time and chance come from outside, so that a whole system can be replayed from one seed. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface Random {
  /** A new id: 26 characters, sortable by time. */
  id(): string;
  /** 0 ≤ x < 1. */
  fraction(): number;
}
