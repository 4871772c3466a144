import type { Side } from '../../configuration/integration.ts';
import type { Fault, History, PersonStep, Step } from '../history.ts';

/** The promises of ENGINE §3; a brake is one of §5. */
export type Broken = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P8' | 'brake';

/** A known failure of this field, how it is brought about, and the protection that keeps it from happening. */
export type NamedFailure = {
  readonly name: string;
  /** Why it happens. */
  readonly reason: string;
  /** Where it was met: the address of a public report or page. */
  readonly source?: string;
  /** What breaks without the guard. */
  readonly promise: Broken;
  readonly guard: Guard;
} & (
  | { readonly history: History }
  /** Where the protection is out of a history's reach: plays it, and gives what it violated. Loads what it plays itself. */
  | { readonly play: () => Promise<readonly string[]> }
);

/** What protects from it. Taken out, the promise must be violated: a source text and what stands in its place then. */
export interface Guard {
  readonly name: string;
  /** Below `packages`. */
  readonly file: string;
  readonly text: string;
  readonly without: string;
}

/** A history of well-behaved trackers, but for what is given. */
export function history(steps: readonly Step[], more: Partial<History> = {}): History {
  return { seed: 1, quirks: { left: {}, right: {} }, skew: { left: 0, right: 0 }, steps, ...more };
}

/** A run of the engine; faults strike at the given moments of it. */
export function run(...faults: readonly Fault[]): Step {
  return { kind: 'run', faults };
}

/** A fault at the n-th call or commit of a name. */
export function at(on: string, kind: Exclude<Fault['kind'], 'person meanwhile'>, nth = 0): Fault {
  return { at: nth, on, kind };
}

/** A person who does something at the n-th call or commit of a name. */
export function meanwhile(on: string, step: PersonStep, nth = 0): Fault {
  return { at: nth, on, kind: 'person meanwhile', step };
}

export function create(side: Side, item = 0, visibility: 'public' | 'private' = 'public'): PersonStep {
  return { kind: 'create', side, by: 0, item, visibility };
}

/** Values carry their mark, so that each can be told apart. */
export function set(side: Side, field: 'title' | 'due' | 'tag', mark: number, item = 0): PersonStep {
  return { kind: field, side, by: 0, item, mark };
}

export function reword(side: Side, paragraph: number, mark: number, item = 0): PersonStep {
  return { kind: 'text', side, by: 0, item, mark, paragraph, how: 'replace' };
}

export function choose(
  side: Side,
  field: Extract<PersonStep, { readonly kind: 'choose' }>['field'],
  choice: number,
  item = 0,
): PersonStep {
  return { kind: 'choose', side, by: 0, item, field, choice };
}

export function comment(
  side: Side,
  mark: number,
  visibility: 'public' | 'private' | 'unknown' = 'public',
  item = 0,
): PersonStep {
  return { kind: 'comment', side, by: 0, item, mark, visibility };
}

export function attach(side: Side, mark: number, item = 0): PersonStep {
  return { kind: 'file', side, by: 0, item, mark };
}

export function does(
  side: Side,
  kind: 'leave' | 'enter' | 'delete' | 'restore' | 'hide' | 'show',
  item = 0,
): PersonStep {
  return { kind, side, by: 0, item };
}

export function pass(milliseconds: number): Step {
  return { kind: 'pass', milliseconds };
}
