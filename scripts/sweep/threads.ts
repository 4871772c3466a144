import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Trial, Verdict } from './worker.ts';

const BATCH = 20;

/** Plays the trials on all cores, at least two threads; the verdicts in the same order. */
export async function judgeAll(trials: readonly Trial[]): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.max(2, availableParallelism()) }, async () => {
      const worker = new Worker(new URL('worker.ts', import.meta.url));
      try {
        while (next < trials.length) {
          const from = next;
          next += BATCH;
          const { promise, resolve, reject } = Promise.withResolvers<readonly Verdict[]>();
          worker.once('message', resolve);
          worker.once('error', reject);
          worker.postMessage(trials.slice(from, from + BATCH));
          for (const [index, verdict] of (await promise).entries()) verdicts[from + index] = verdict;
          worker.off('error', reject);
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  return verdicts;
}
