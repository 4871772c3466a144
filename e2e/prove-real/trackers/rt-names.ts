import type { Trackers } from '../../../scripts/trackers/state.ts';
import type { Field } from '../state.ts';

/** RT's default names of priorities; REST knows numbers only. */
export const PRIORITY_NUMBERS: Readonly<Record<string, number>> = { Low: 0, Medium: 50, High: 100 };

/** What the history and the API write, in the words that the proof speaks. */
export function nameOf(field: Field, value: string, server: Trackers['rt']): string {
  if (field === 'priority') return priorityName(value);
  if (field === 'due') return timeOf(value);
  if (field !== 'assignee') return value;
  return Object.entries(server.users).find(([, { id }]) => String(id) === value)?.[0] ?? '';
}

export function priorityName(number: string): string {
  return Object.entries(PRIORITY_NUMBERS).findLast(([, least]) => least <= Number(number))?.[0] ?? number;
}

/** `2027-01-02 03:04:05`; a time that is not set is 1970. */
export function timeOf(text: string): string {
  const plain = text.slice(0, 19).replace('T', ' ');
  return plain.startsWith('1970-') ? '' : plain;
}
