import { parentPort } from 'node:worker_threads';
import type { History } from '../../packages/engine/src/simulation/history.ts';
import { play } from '../../packages/engine/src/simulation/play.ts';
import type { Point } from '../../packages/engine/src/simulation/sweep.ts';
import { isStruck, pointsOfRun } from '../../packages/engine/src/simulation/sweep.ts';

/** A history in which something more goes wrong, once or twice. */
export interface Trial {
  readonly history: History;
  readonly points: readonly Point[];
}

export interface Verdict {
  readonly violations: readonly string[];
  /** Did everything strike where it was meant to? */
  readonly isStruck: boolean;
  /** Intents left open by the run in which the last of it happened. */
  readonly open: number;
  /** What can go wrong in the run behind that one. */
  readonly next: readonly Point[];
}

parentPort?.on('message', (trials: readonly Trial[]) => {
  void judgeAll(trials).then((verdicts) => parentPort?.postMessage(verdicts));
});

async function judgeAll(trials: readonly Trial[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const trial of trials) verdicts.push(await judge(trial));
  return verdicts;
}

async function judge({ history, points }: Trial): Promise<Verdict> {
  const outcome = await play(history);
  const last = Math.max(...points.map(({ run }) => run));
  return {
    violations: outcome.violations,
    isStruck: points.every((point) => isStruck(outcome, point)),
    open: outcome.runs[last]?.open ?? 0,
    next: pointsOfRun(outcome, last + 1),
  };
}
