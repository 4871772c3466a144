import type { Quirks } from '@lockstep/connectors';
import type { Both, Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { Fault, History, PersonStep, Step } from './history.ts';

/** Side, person and visibility as most steps have them. */
const left = { side: 'left', by: 0 } as const;
const right = { side: 'right', by: 1 } as const;
const run = (...faults: readonly Fault[]): Step => ({ kind: 'run', faults });
/** However often it is tried. */
const inVain = (on: string): readonly Fault[] =>
  [0, 1, 2].map((at) => ({ at, on, kind: 'answer lost after' }));
const pass = (milliseconds: number): Step => ({ kind: 'pass', milliseconds });

/** Compare-and-set, all parts of an item at once, a workflow; and the contrary of it, which drops a value as well. */
const QUIRKS: Both<Quirks> = {
  left: { versioning: 'compare-and-set', workflow: true, parts: true, answerHorizon: 1_000 },
  right: {
    versioning: 'timestamp',
    timestampStep: 1_000,
    indexLag: 2_000,
    answerHorizon: 10_000,
    marker: false,
    parts: false,
    privateComments: true,
    drops: ['severity'],
  },
};

const STEPS: readonly Step[] = [
  // Creation both ways, with comments and files.
  { ...left, kind: 'create', item: 0, visibility: 'public' },
  { ...left, kind: 'comment', item: 0, mark: 0, visibility: 'public' },
  { ...right, kind: 'create', item: 1, visibility: 'public' },
  { ...right, kind: 'file', item: 1, mark: 1 },
  run(),
  pass(20_000),
  // Fields both ways; sets and texts that merge; a conflict; a status that has to walk.
  { ...left, kind: 'due', item: 1, mark: 2 },
  { ...right, kind: 'title', item: 0, mark: 3 },
  { ...left, kind: 'tag', item: 0, mark: 4 },
  { ...right, kind: 'tag', item: 0, mark: 5 },
  { ...left, kind: 'text', item: 1, mark: 6, paragraph: 0, how: 'replace' },
  { ...right, kind: 'text', item: 1, mark: 7, paragraph: 2, how: 'replace' },
  { ...left, kind: 'due', item: 0, mark: 8 },
  { ...right, kind: 'due', item: 0, mark: 9 },
  { ...right, kind: 'choose', item: 1, field: 'status', choice: 2 },
  run(),
  pass(20_000),
  // Comments and files on pairs that are there; a person writes at the same moment as we do, on either side.
  { ...left, kind: 'comment', item: 1, mark: 10, visibility: 'private' },
  { ...right, kind: 'comment', item: 0, mark: 11, visibility: 'public' },
  { ...left, kind: 'file', item: 0, mark: 12 },
  { ...left, kind: 'title', item: 1, mark: 13 },
  { ...right, kind: 'due', item: 0, mark: 14 },
  run(
    { at: 0, on: 'left write', kind: 'person meanwhile', step: { ...left, kind: 'tag', item: 0, mark: 15 } },
    {
      at: 0,
      on: 'right write',
      kind: 'person meanwhile',
      step: { ...right, kind: 'choose', item: 1, field: 'assignee', choice: 0 },
    },
  ),
  pass(20_000),
  // Creations whose answers are lost, one before and one after the effect; looked for too early, then in vain.
  { ...left, kind: 'create', item: 2, visibility: 'public' },
  { ...right, kind: 'create', item: 3, visibility: 'public' },
  { ...right, kind: 'comment', item: 3, mark: 17, visibility: 'public' },
  run(
    { at: 0, on: 'left write', kind: 'answer lost before' },
    { at: 0, on: 'right write', kind: 'answer lost after' },
  ),
  run(),
  pass(60_000),
  run(...inVain('left find')),
  // An item leaves the filter, and is edited on the other side before it returns; a value that is dropped.
  { ...left, kind: 'leave', item: 0 },
  { ...left, kind: 'choose', item: 2, field: 'severity', choice: 1 },
  { ...right, kind: 'choose', item: 3, field: 'severity', choice: 2 },
  run(),
  pass(20_000),
  { ...right, kind: 'title', item: 0, mark: 18 },
  { ...right, kind: 'comment', item: 0, mark: 19, visibility: 'public' },
  { ...left, kind: 'choose', item: 1, field: 'priority', choice: 3 },
  // A comment and an update whose answers are lost.
  { ...left, kind: 'comment', item: 3, mark: 20, visibility: 'public' },
  run(
    { at: 0, on: 'right write', kind: 'answer lost after' },
    { at: 0, on: 'right comment', kind: 'answer lost after' },
  ),
  pass(60_000),
  // What they left unanswered cannot be asked about at first.
  { ...left, kind: 'enter', item: 0 },
  { ...right, kind: 'delete', item: 3 },
  run(...inVain('right read')),
  pass(20_000),
  // An item that is gone, and comes back.
  { ...left, kind: 'title', item: 3, mark: 21 },
  run(),
  pass(20_000),
  { ...right, kind: 'restore', item: 3 },
  { ...left, kind: 'choose', item: 0, field: 'assignee', choice: 1 },
  run(),
];

/** Uses every kind of remote call and of commit on a pair of trackers with contrary manners, and on the same pair swapped. */
const ONE: History = { seed: 1, quirks: QUIRKS, skew: { left: 0, right: 0 }, steps: STEPS };

export const REFERENCE: readonly History[] = [ONE, mirrored(ONE)];

function mirrored({ seed, quirks, skew, steps }: History): History {
  return {
    seed: seed + 1,
    quirks: { left: quirks.right, right: quirks.left },
    skew: { left: skew.right, right: skew.left },
    steps: steps.map(mirroredStep),
  };
}

function mirroredStep(step: Step): Step {
  if (step.kind === 'run') return { kind: 'run', faults: step.faults.map(mirroredFault) };
  return 'side' in step ? { ...step, side: other(step.side) } : step;
}

function mirroredFault(fault: Fault): Fault {
  const [side = '', ...kind] = (fault.on ?? '').split(' ');
  const isCall = side === 'left' || side === 'right';
  return {
    ...fault,
    ...(isCall ? { on: [other(side satisfies Side), ...kind].join(' ') } : {}),
    ...(fault.step === undefined
      ? {}
      : { step: { ...fault.step, side: other(fault.step.side) } as PersonStep }),
  };
}
