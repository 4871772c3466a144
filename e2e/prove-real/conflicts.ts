import type { Client, Conflict } from '@lockstep/api';
import type { Trackers } from '../../scripts/trackers/state.ts';
import { INTEGRATION } from './integration.ts';
import { FIELDS } from './state.ts';
import type { Field, KeptConflict } from './state.ts';
import { nameOf } from './trackers/redmine-names.ts';
import type { RedmineNames } from './trackers/redmine-names.ts';
import { timeOf } from './trackers/rt-names.ts';

/** All conflicts that Lockstep kept, in the words that the proof speaks. */
export async function readConflicts(
  client: Client,
  trackers: Trackers,
  names: RedmineNames,
): Promise<readonly KeptConflict[]> {
  const kept: KeptConflict[] = [];
  for (let before: string | undefined; ;) {
    const page = await client.conflicts(INTEGRATION, { limit: 200, before });
    kept.push(...page.items.flatMap((it) => keptOf(it, trackers, names)));
    if (page.next === undefined) return kept;
    before = page.next;
  }
}

function keptOf(conflict: Conflict, trackers: Trackers, names: RedmineNames): KeptConflict[] {
  const field = fieldOf(conflict.field.left, trackers);
  if (field === undefined || conflict.items === undefined) return [];
  const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
  const right = text(conflict.right.value);
  return [
    {
      field,
      items: { redmine: conflict.items.left.id ?? '', rt: conflict.items.right.id ?? '' },
      values: {
        redmine: nameOf(field, text(conflict.left.value), names),
        rt: field === 'due' ? timeOf(right) : right,
      },
      outcome: conflict.outcome,
      reason: conflict.reason,
    },
  ];
}

function fieldOf(id: string, { redmine }: Trackers): Field | undefined {
  const ids: Readonly<Record<Field, string>> = {
    title: 'subject',
    status: 'status_id',
    priority: 'priority_id',
    assignee: 'assigned_to_id',
    severity: `cf_${redmine.customFieldIds.severity}`,
    due: 'due_date',
    details: 'description',
  };
  return FIELDS.find((it) => ids[it] === id);
}
