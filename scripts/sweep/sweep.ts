import type { History } from '../../packages/engine/src/simulation/history.ts';
import { play } from '../../packages/engine/src/simulation/play.ts';
import type { Outcome } from '../../packages/engine/src/simulation/play.ts';
import { REFERENCE } from '../../packages/engine/src/simulation/sweep-reference.ts';
import {
  describe,
  lacking,
  pointsOf,
  pointsOfRun,
  runsOf,
  withFault,
  withRunAfter,
} from '../../packages/engine/src/simulation/sweep.ts';
import type { Point } from '../../packages/engine/src/simulation/sweep.ts';
import { Chance } from '../../packages/engine/src/testing/chance.ts';
import { judgeAll } from './threads.ts';
import type { Trial, Verdict } from './worker.ts';

/** Milliseconds until the recovery run of a pair: at once, as the reference goes on, or when an answer is given up. */
const LATE = 60_000;

/** A point of the reference, by its number; perhaps with a second one in the run that recovers from it. */
export interface Case {
  readonly number: number;
  readonly then?: number;
  readonly isLate?: boolean;
}

export interface Failure extends Case {
  readonly words: string;
  readonly violations: readonly string[];
}

export interface SweepResult {
  /** What keeps the sweep from meaning anything. */
  readonly faults: readonly string[];
  readonly points: number;
  readonly struck: number;
  readonly pairs: number;
  readonly ofPairs: number;
  readonly failures: readonly Failure[];
}

interface NumberedPoint {
  readonly trial: Trial;
  readonly point: Point;
  readonly case: Case;
}

/** Everything that can go wrong at every point of the reference, and a seeded choice of what can go wrong next. */
export async function sweep(mostPairs: number, seed: number): Promise<SweepResult> {
  const { points, outcomes } = await count();
  const faults = [
    ...lacking(outcomes).map((name) => `the reference never uses “${name}”`),
    ...outcomes.flatMap(({ violations }) => violations.map((one) => `with nothing added: ${one}`)),
  ];
  if (faults.length > 0) return { faults, points: 0, struck: 0, pairs: 0, ofPairs: 0, failures: [] };
  const verdicts = await judgeAll(points.map(({ trial }) => trial));
  const seconds = await secondPoints(points, verdicts);
  const chosen = choose(seconds, mostPairs, new Chance(seed)).map(pairOf);
  const pairs = await judgeAll(chosen.map(({ trial }) => trial));
  const all = [...verdicts, ...pairs];
  return {
    faults: [],
    points: points.length,
    struck: verdicts.filter(({ isStruck }) => isStruck).length,
    pairs: pairs.filter(({ isStruck }) => isStruck).length,
    ofPairs: seconds.length,
    failures: [...points, ...chosen].flatMap((one, index): Failure[] => {
      const violations = all[index]?.violations ?? [];
      const words = one.trial.points.map(describe).join(`; then ${one.case.isLate === true ? 'late, ' : ''}`);
      return violations.length === 0 ? [] : [{ ...one.case, words, violations }];
    }),
  };
}

/** The history of one case, and in words what goes wrong in it. */
export async function historyOf({ number, then, isLate = false }: Case): Promise<[History, string]> {
  const { points } = await count();
  const first = points[number];
  if (first === undefined) throw new Error(`there is no point ${number}; the last is ${points.length - 1}`);
  if (then === undefined) return [first.trial.history, describe(first.point)];
  const history = isLate ? withRunAfter(first.trial.history, first.point.run, LATE) : first.trial.history;
  const second = pointsOfRun(await play(history), first.point.run + 1)[then];
  if (second === undefined) throw new Error(`the run behind point ${number} has no point ${then}`);
  return [withFault(history, second), `${describe(first.point)}; then ${describe(second)}`];
}

async function count(): Promise<{ points: readonly NumberedPoint[]; outcomes: readonly Outcome[] }> {
  const points: NumberedPoint[] = [];
  const outcomes: Outcome[] = [];
  for (const history of REFERENCE) {
    const outcome = await play(history);
    outcomes.push(outcome);
    for (const point of pointsOf(history, outcome)) {
      const trial = { history: withFault(history, point), points: [point] };
      points.push({ trial, point, case: { number: points.length } });
    }
  }
  return { points, outcomes };
}

interface SecondPoint {
  readonly first: NumberedPoint;
  readonly point: Point;
  readonly then: number;
}

/** What can go wrong in the recovery run of each point that leaves a write unanswered. */
async function secondPoints(
  points: readonly NumberedPoint[],
  verdicts: readonly Verdict[],
): Promise<readonly SecondPoint[]> {
  const open = points.flatMap((first, index) => {
    const verdict = verdicts[index];
    return verdict === undefined || verdict.open === 0 ? [] : [{ first, verdict }];
  });
  const later = open.map(({ first }): NumberedPoint => {
    const history = withRunAfter(first.trial.history, first.point.run, LATE);
    return { ...first, trial: { ...first.trial, history }, case: { ...first.case, isLate: true } };
  });
  const laterVerdicts = await judgeAll(later.map(({ trial }) => trial));
  const soon = open.filter(({ first }) => first.point.run + 1 < runsOf(first.trial.history).length);
  return [
    ...soon.flatMap(({ first, verdict }) => verdict.next.map((point, then) => ({ first, point, then }))),
    ...later.flatMap((first, index) =>
      (laterVerdicts[index]?.next ?? []).map((point, then) => ({ first, point, then })),
    ),
  ];
}

function pairOf({ first, point, then }: SecondPoint): NumberedPoint {
  const trial = { history: withFault(first.trial.history, point), points: [first.point, point] };
  return { point, trial, case: { ...first.case, then } };
}

function choose<T>(from: readonly T[], most: number, chance: Chance): readonly T[] {
  if (from.length <= most) return from;
  const places = new Set<number>();
  while (places.size < most) places.add(chance.below(from.length));
  return [...places].map((place) => from[place] as T);
}
