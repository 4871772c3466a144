import type { CallKind } from '@lockstep/connectors';
import { SIDES } from '../configuration/integration.ts';
import type { Fault, FaultKind, History, Step } from './history.ts';
import type { Outcome } from './play.ts';
import type { Moment } from './process.ts';

/** One thing going wrong at one moment of one run. */
export interface Point extends Omit<Moment, 'fault'> {
  /** The n-th run of the history, and the n-th moment of that run; from 0. */
  readonly run: number;
  readonly at: number;
  readonly kind: FaultKind;
  /** What the history itself had go wrong there, as the n-th such fault of that name. */
  readonly instead?: { readonly kind: FaultKind; readonly nth: number };
}

const CALLS: readonly CallKind[] = ['list', 'read', 'write', 'readBack', 'comment', 'file', 'find'];
const COMMITS = ['cursors', 'intent', 'close intent', 'spool', 'settle', 'log'];

/** Every kind of remote call, on both sides, and every kind of commit. */
export const EVERYTHING: readonly string[] = [
  ...SIDES.flatMap((side) => CALLS.map((kind) => `${side} ${kind}`)),
  ...COMMITS.map((what) => `commit ${what}`),
];

const CALL_FAULTS = {
  before: ['death at a call', 'answer lost before'],
  after: ['death after a call', 'answer lost after'],
} as const;
const COMMIT_FAULTS = {
  before: ['death at a commit', 'store lost before'],
  after: ['death after a commit', 'store lost after'],
} as const;

/** Which kinds of calls and commits never occur in what was played. */
export function lacking(outcomes: readonly Outcome[]): readonly string[] {
  const seen = new Set(
    outcomes.flatMap(({ runs }) => runs.flatMap(({ moments }) => moments.map(({ name }) => name))),
  );
  return EVERYTHING.filter((name) => !seen.has(name));
}

/** Every point of one run. */
export function pointsOfRun(outcome: Outcome, run: number): readonly Point[] {
  const moments = outcome.runs[run]?.moments ?? [];
  return moments.flatMap(({ name, when, fault }, at) => {
    const nth = moments.slice(0, at).filter((one) => one.name === name && one.fault === fault).length;
    const faults = name.startsWith('commit ') ? COMMIT_FAULTS : CALL_FAULTS;
    return faults[when]
      .filter((kind) => kind !== fault)
      .map((kind): Point => ({
        run,
        at,
        name,
        when,
        kind,
        ...(fault === undefined ? {} : { instead: { kind: fault, nth } }),
      }));
  });
}

/** Every point of every run of a history, as counted while it was played. */
export function pointsOf(history: History, outcome: Outcome): readonly Point[] {
  return runsOf(history).flatMap((_step, run) => pointsOfRun(outcome, run));
}

/** The history in which that goes wrong as well. */
export function withFault(history: History, point: Point): History {
  const index = runsOf(history)[point.run];
  if (index === undefined) throw new Error(`the history has no run ${point.run}`);
  const step = history.steps[index] as Extract<Step, { readonly kind: 'run' }>;
  const { instead, name, at, kind } = point;
  const same = step.faults.filter((one) => one.kind === instead?.kind && one.on === name);
  const replaced = instead === undefined ? undefined : same[instead.nth];
  const faults: readonly Fault[] =
    replaced === undefined
      ? [{ at, kind }, ...step.faults]
      : step.faults.map((one) => (one === replaced ? { ...one, kind } : one));
  return { ...history, steps: history.steps.with(index, { kind: 'run', faults }) };
}

/** The history in which, so long after a run, another one follows. */
export function withRunAfter(history: History, run: number, milliseconds: number): History {
  const index = runsOf(history)[run] ?? history.steps.length;
  const more: readonly Step[] = [
    { kind: 'pass', milliseconds },
    { kind: 'run', faults: [] },
  ];
  return { ...history, steps: history.steps.toSpliced(index + 1, 0, ...more) };
}

/** Did it go wrong exactly there? */
export function isStruck(outcome: Outcome, point: Point): boolean {
  const moment = outcome.runs[point.run]?.moments[point.at];
  return moment?.name === point.name && moment.when === point.when && moment.fault === point.kind;
}

export function describe(point: Point): string {
  return `run ${point.run}, moment ${point.at}: ${point.kind}, ${point.when} ${point.name}`;
}

/** The places of the runs among the steps. */
export function runsOf(history: History): readonly number[] {
  return history.steps.flatMap((step, index) => (step.kind === 'run' ? [index] : []));
}
