import type { Client, ResumeMode } from '@lockstep/api';
import { table, when, type Output } from '../output.ts';

export interface EnableOptions {
  readonly resume: ResumeMode;
  readonly estimate?: true;
  readonly why: string;
}

/** Switches it on, or tells what each way of doing so would bring. */
export async function enable(
  client: Client,
  name: string,
  options: EnableOptions,
  output: Output,
): Promise<void> {
  if (options.estimate === true) return estimate(client, name, output);
  const { resume, why } = options;
  const { enabled, dropped = 0 } = await client.enable(name, { resume, why });
  output.line(`${name} is enabled.`);
  if (dropped > 0)
    output.line(`${dropped} asked for before the pause ${dropped === 1 ? 'is' : 'are'} not done any more.`);
  output.result({ ok: true, enabled, dropped });
}

export async function disable(client: Client, name: string, why: string, output: Output): Promise<void> {
  const { enabled, pausedAt } = await client.disable(name, { why });
  output.line(`${name} is disabled.`);
  output.result({ ok: true, enabled, pausedAt });
}

async function estimate(client: Client, name: string, output: Output): Promise<void> {
  const told = await client.estimate(name);
  const { pausedAt, complete, modes } = told;
  if (pausedAt === undefined) output.line(`${name} is in no pause: it goes on from now.`);
  else {
    output.line(`${name} is disabled since ${when(pausedAt)}. Items that would sync:`);
    const rows = (['recent', 'all', 'none'] as const).map((mode) => [
      mode,
      ...[modes[mode].left, modes[mode].right, modes[mode].requests].map(String),
      modes[mode].dropped > 0 ? `${modes[mode].dropped} dropped` : String(modes[mode].asked),
    ]);
    for (const line of table([['', 'left', 'right', 'requests', 'asked for'], ...rows]))
      output.line(`  ${line}`);
    if (!complete) output.line('There are more: only the first pages of changes were counted.');
  }
  output.result({ ok: true, ...told });
}
