import { parentPort, workerData } from 'node:worker_threads';
import { generate } from '../../packages/engine/src/simulation/generate.ts';
import type { About } from '../../packages/engine/src/simulation/generate.ts';
import { play } from '../../packages/engine/src/simulation/play.ts';
import type { Batch } from './pool.ts';

export interface BatchResult {
  readonly bad: readonly number[];
  /** Of what was private (P6), among what was violated. */
  readonly leaks: number;
  readonly injected: ReadonlyMap<string, number>;
  readonly deepest: number;
}

parentPort?.on('message', (batch: Batch) => {
  void playAll(batch).then((result) => parentPort?.postMessage(result));
});

async function playAll({ from, to }: Batch): Promise<BatchResult> {
  const bad: number[] = [];
  const injected = new Map<string, number>();
  let deepest = 0;
  let leaks = 0;
  for (let seed = from; seed < to; seed += 1) {
    const outcome = await play(generate(seed, workerData as About));
    if (outcome.violations.length > 0) bad.push(seed);
    leaks += outcome.violations.filter((violation) => violation.includes('(P6)')).length;
    for (const [kind, count] of [...outcome.injected, ...outcome.met])
      injected.set(kind, (injected.get(kind) ?? 0) + count);
    deepest = Math.max(deepest, outcome.deepest);
  }
  return { bad, leaks, injected, deepest };
}
