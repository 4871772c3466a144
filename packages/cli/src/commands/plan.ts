import type { Client, PlanEntry } from '@lockstep/api';
import { short, type Output } from '../output.ts';

export async function plan(client: Client, name: string, output: Output): Promise<void> {
  output.progress(`reading both sides of ${name} …`);
  const found = await client.plan(name);
  const shown = found.entries.filter((entry) => entry.action !== 'nothing');
  for (const entry of shown) {
    output.line(`${entry.action.padEnd(8)} ${names(entry)}  ${entry.reason}`);
    for (const { side, field, before, after } of entry.fields) {
      output.line(`           ${side} ${field}: ${short(before, 40)} → ${short(after, 40)}`);
    }
  }
  const counts = Object.entries(found.counts).map(([action, count]) => `${count} ${action}`);
  output.line(
    counts.length === 0
      ? 'Nothing to do: nothing has changed on either side.'
      : `${counts.join(', ')}. Nothing was written.`,
  );
  output.result({ ok: true, ...found });
}

function names({ left, right, side }: PlanEntry): string {
  const arrow = side === 'right' ? '→' : side === 'left' ? '←' : '·';
  return `${left?.key ?? '(new)'} ${arrow} ${right?.key ?? (left === undefined ? '' : '(new)')}`.replace(
    '· (new)',
    '',
  );
}
