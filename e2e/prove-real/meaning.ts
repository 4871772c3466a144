import type { Field, Side } from './state.ts';

/** Redmine's value, Request Tracker's value. Of several rows with one value, the first is the way back. */
export const STATUSES = [
  ['New', 'new'],
  ['In Progress', 'open'],
  ['Feedback', 'stalled'],
  ['Resolved', 'resolved'],
  ['Closed', 'resolved'],
  ['Rejected', 'rejected'],
] as const;
export const PRIORITIES = [
  ['Low', 'Low'],
  ['Normal', 'Medium'],
  ['High', 'High'],
  ['Urgent', 'High'],
  ['Immediate', 'High'],
] as const;
export const SEVERITIES = ['Low', 'Medium', 'High', 'Critical'] as const;

const TABLES: Partial<Record<Field, readonly (readonly [string, string])[]>> = {
  status: STATUSES,
  priority: PRIORITIES,
};

/** What a value says, in one form for both sides: two values agree when this is the same. */
export function meaning(side: Side, field: Field, value: string): string {
  const table = TABLES[field];
  if (table !== undefined) {
    const row = table.find(([redmine, rt]) => (side === 'redmine' ? redmine : rt) === value);
    return row?.[1] ?? value;
  }
  // Redmine knows days only.
  if (field === 'due') return value.slice(0, 10);
  if (field === 'details')
    return value
      .replaceAll(/\r\n?/g, '\n')
      .replaceAll(/[ \t]+$/gm, '')
      .trim();
  return value.trim();
}
