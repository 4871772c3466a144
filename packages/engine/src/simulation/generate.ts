import type { Quirks } from '@lockstep/connectors';
import type { Side } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import { Chance } from '../testing/chance.ts';
import type { Fault, FaultKind, History, PersonStep, Step } from './history.ts';

const FAULTS: readonly FaultKind[] = [
  'connection refused',
  'answer lost before',
  'answer lost after',
  'answer lost after',
  'server error',
  'rate limit',
  'rate limit without a time',
  'web page',
  'token expired',
  'delay',
  'death at a call',
  'death after a call',
  'death at a commit',
  'death after a commit',
  'store lost before',
  'store lost after',
  'second worker',
  'person meanwhile',
  'person meanwhile',
];

/** Makes a history from a seed: two trackers with their manners, people, administrators, and what goes wrong. */
export function generate(seed: number): History {
  const chance = new Chance(seed);
  const author = new Author(chance);
  const quirks = { left: quirksOf(chance), right: quirksOf(chance) };
  const skew = { left: skewOf(chance), right: skewOf(chance) };
  const length = 10 + chance.below(30);
  const steps: Step[] = [author.create()];
  while (steps.length < length) steps.push(stepOf(chance, author));
  return { seed, quirks, skew, steps };
}

function stepOf(chance: Chance, author: Author): Step {
  const roll = chance.fraction();
  if (roll < 0.3) return { kind: 'run', faults: chance.happens(0.3) ? [] : faultsOf(chance, author) };
  if (roll < 0.36) return { kind: 'pass', milliseconds: chance.pick([1_000, 20_000, 90_000, 3_600_000]) };
  if (roll < 0.37) return { kind: 'pause' };
  if (roll < 0.39) return { kind: 'resume' };
  if (roll < 0.4) return { kind: 'policy', policy: chance.pick(['newest', 'left', 'right'] as const) };
  if (roll < 0.408) return { kind: 'blind', side: chance.pick(SIDES) };
  if (roll < 0.43) return { kind: 'see', side: chance.pick(SIDES) };
  return author.next();
}

function faultsOf(chance: Chance, author: Author): Fault[] {
  return Array.from({ length: 1 + chance.below(3) }, () => {
    const kind = chance.pick(FAULTS);
    const at = chance.below(60);
    return kind === 'person meanwhile' ? { at, kind, step: author.next() } : { at, kind };
  });
}

function quirksOf(chance: Chance): Quirks {
  const step = chance.pick([1, 1_000, 1_000, 60_000]);
  return {
    ...chance.pick<Quirks>([
      { versioning: 'compare-and-set' },
      { versioning: 'exact' },
      { versioning: 'timestamp' },
      { versioning: 'timestamp' },
    ]),
    timestampStep: step,
    indexLag: chance.pick([0, 0, 2_000, 30_000]),
    answerHorizon: chance.pick([1_000, 10_000]),
    pageSize: chance.pick([100, 2]),
    parts: chance.happens(0.5),
    privateComments: chance.happens(0.7),
    marker: chance.happens(0.85),
    workflow: chance.happens(0.25),
    ...(chance.happens(0.3) ? { normalise: chance.pick(['crlf', 'trim'] as const) } : {}),
    ...(chance.happens(0.1) ? { drops: ['severity'] } : {}),
  };
}

function skewOf(chance: Chance): number {
  return chance.pick([0, 0, 0, -90_000, 45_000]);
}

/** Writes what people do: numbers their items and marks, so that every value can be told apart afterwards. */
class Author {
  private items = 0;
  private marks = 0;
  private readonly chance: Chance;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  create(): PersonStep {
    return {
      ...this.on(),
      kind: 'create',
      item: this.items++,
      visibility: this.chance.happens(0.93) ? 'public' : 'private',
    };
  }

  next(): PersonStep {
    const { chance } = this;
    const on = this.on();
    const roll = chance.fraction();
    if (this.items === 0 || roll < 0.14) return this.create();
    const item = chance.below(this.items);
    const mark = this.marks++;
    if (roll < 0.24) return { ...on, kind: 'title', item, mark };
    if (roll < 0.32) return { ...on, kind: 'due', item, mark };
    if (roll < 0.39) return { ...on, kind: 'tag', item, mark };
    if (roll < 0.42) return { ...on, kind: 'untag', item };
    if (roll < 0.56) {
      const how = chance.pick(['replace', 'replace', 'append', 'remove'] as const);
      return { ...on, kind: 'text', item, mark, paragraph: chance.below(4), how };
    }
    if (roll < 0.68) {
      const field = chance.pick(['status', 'priority', 'severity', 'assignee'] as const);
      return { ...on, kind: 'choose', item, field, choice: chance.below(4) };
    }
    if (roll < 0.82) {
      const visibility = chance.pick(['public', 'public', 'public', 'private', 'unknown'] as const);
      return { ...on, kind: 'comment', item, mark, visibility };
    }
    if (roll < 0.88) return { ...on, kind: 'file', item, mark };
    return {
      ...on,
      kind: chance.pick(['leave', 'enter', 'enter', 'delete', 'restore', 'hide', 'show', 'show'] as const),
      item,
    };
  }

  private on(): { readonly side: Side; readonly by: number } {
    return { side: this.chance.pick(['left', 'right'] as const), by: this.chance.below(2) };
  }
}
