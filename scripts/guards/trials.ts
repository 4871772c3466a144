import { Worker } from 'node:worker_threads';
import type { Trial, TrialResult } from './worker.ts';

/** Milliseconds; without its guard the engine may go on for ever, and that is no answer. */
const PATIENCE = 20_000;

/** Each trial in a thread of its own, where the engine is loaded with all its guards or without one; two at a time. */
export async function playAll(trials: readonly Trial[]): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = [];
  const waiting = [...trials];
  const lane = async (): Promise<void> => {
    for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift())
      results.push(...(await playOne(trial)));
  };
  await Promise.all([lane(), lane()]);
  return results;
}

async function playOne(trial: Trial): Promise<readonly TrialResult[]> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: trial });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const results: TrialResult[] = [];
  const patience = setTimeout(() => {
    reject(new Error('it did not end'));
    void worker.terminate();
  }, PATIENCE);
  worker.on('message', (result: TrialResult) => results.push(result));
  worker.once('error', reject);
  worker.once('exit', () => resolve());
  try {
    await promise;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const [name = ''] = trial.names.filter((one) => !results.some((result) => result.name === one));
    results.push({ name, violations: [], trace: [], problem });
  } finally {
    clearTimeout(patience);
  }
  return results;
}
