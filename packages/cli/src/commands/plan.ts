import type { Client, Plan, PlanEntry } from '@lockstep/api';
import { short, table, type Output } from '../output.ts';

export async function plan(client: Client, name: string, output: Output): Promise<void> {
  output.progress(`reading both sides of ${name} …`);
  const found = await client.plan(name);
  tellPlan(found, output);
  const counts = Object.entries(found.counts)
    .filter(([action]) => action !== 'nothing')
    .map(([action, count]) => `${count} to ${action}`);
  output.line(
    counts.length === 0
      ? 'Nothing to do: both sides are in step.'
      : `${counts.join(', ')}. Nothing was written.`,
  );
  output.result({ ok: true, ...found });
}

/** What would be done, item by item and field by field. */
export function tellPlan(found: Pick<Plan, 'entries'>, output: Output): void {
  const shown = found.entries.filter((entry) => entry.action !== 'nothing');
  const heads = table(shown.map((entry) => [entry.action, ...names(entry), entry.reason]));
  for (const [index, entry] of shown.entries()) {
    output.line(heads[index]);
    for (const { side, title, words } of entry.fields) {
      const change =
        words.before === '' ? short(words.after) : `${short(words.before, 40)} → ${short(words.after, 40)}`;
      // One side is written by most entries, and the arrow has told which.
      output.line(
        `    ${entry.side === undefined ? `${side}: ` : ''}${title}: ${change === '' ? '(empty)' : change}`,
      );
    }
  }
}

function names({ left, right, side }: PlanEntry): [string, string, string] {
  const arrow = side === 'right' ? '→' : side === 'left' ? '←' : '·';
  const absent = side === undefined ? '' : '(new)';
  return [left?.key ?? absent, arrow, right?.key ?? absent];
}
