import type { Client, Why } from '@lockstep/api';
import { short, when, type Output } from '../output.ts';

/** Why an item is or is not in sync: one sentence, then the details. */
export async function why(client: Client, item: string, output: Output): Promise<void> {
  const found = await client.why(item);
  output.line(found.sentence);
  for (const one of found.answers) tell(one, found.answers.length > 1, output);
  for (const { integration, side, failure } of found.read)
    if (failure !== undefined) output.line(`  not read: the ${side} of ${integration}: ${failure}`);
  output.result({ ok: true, ...found });
}

function tell(one: Why['answers'][number], isOneOfSeveral: boolean, output: Output): void {
  if (isOneOfSeveral) output.line(`${one.integration}: ${one.sentence}`);
  if (one.remedy !== undefined) output.line(`  → ${one.remedy}`);
  for (const side of ['left', 'right'] as const) {
    const item = one[side];
    if (item !== undefined) output.line(`  ${side}: ${item.key} ${item.url}`);
  }
  const value = (words: string): string => (words === '' ? 'empty' : `“${short(words, 40)}”`);
  for (const { condition, values } of one.unmet)
    output.line(
      `  not met: ${condition}; ${values.map(({ title, words }) => `${title} is ${value(words)}`).join(', ')}`,
    );
  for (const { left, right, reason } of one.fields)
    output.line(`  ${left.title}: ${value(left.words)} ↔ ${value(right.words)}; ${reason}`);
  for (const { side, key, reason, nextTry } of one.parked)
    output.line(
      `  parked: ${side} ${key}: ${reason}; ${nextTry === undefined ? 'waits for a person' : `tried again at ${when(nextTry)}`}`,
    );
}
