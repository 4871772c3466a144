import type { History, Step } from '../history.ts';

/** A known failure of this field, as a history that brings it about, and the protection that keeps it from happening. */
export interface NamedFailure {
  readonly name: string;
  /** Why it happens. */
  readonly reason: string;
  /** Where it was met: the address of a public report or page. */
  readonly source?: string;
  readonly guard: Guard;
  readonly history: History;
}

/** What protects from it. Taken out, the history must violate a promise: a source text and what stands in its place then. */
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
export function run(...faults: Extract<Step, { readonly kind: 'run' }>['faults']): Step {
  return { kind: 'run', faults };
}
