import { parentPort } from 'node:worker_threads';
import { runPlannerCase } from '../../packages/engine/src/testing/planner-case.ts';
import type { Batch } from './pool.ts';

parentPort?.on('message', ({ from, to }: Batch) => {
  const violations: string[] = [];
  for (let seed = from; seed < to; seed += 1) {
    const violation = runPlannerCase(seed);
    if (violation !== undefined) violations.push(violation);
  }
  parentPort?.postMessage(violations);
});
