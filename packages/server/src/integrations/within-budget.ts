import type { Budget } from '@lockstep/engine';

/** A call to a tracker outside of a run: it takes its permit like any other. */
export async function withinBudget<T>(
  budget: Budget,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  const permit = await budget.acquire(signal);
  try {
    return await call();
  } finally {
    permit.release();
  }
}
