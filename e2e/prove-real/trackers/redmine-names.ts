import type { Field } from '../state.ts';

export interface RedmineNames {
  /** From id to title. */
  readonly statuses: ReadonlyMap<string, string>;
  readonly priorities: ReadonlyMap<string, string>;
  /** From id to login. */
  readonly people: ReadonlyMap<string, string>;
}

/** Redmine's ids in the words that the proof speaks. */
export function nameOf(field: Field, value: string, names: RedmineNames): string {
  const table = { status: names.statuses, priority: names.priorities, assignee: names.people };
  return field in table ? (table[field as keyof typeof table].get(value) ?? '') : value;
}
