import type { Client, ResumeMode } from '@lockstep/api';
import { table, type Output } from '../output.ts';

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
  const { enabled } = await client.enable(name, { resume, why });
  output.line(`${name} is enabled.`);
  output.result({ ok: true, enabled });
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
    output.line(`${name} is disabled since ${pausedAt}. Items that would sync:`);
    const rows = (['recent', 'all', 'none'] as const).map((mode) => [
      mode,
      ...[modes[mode].left, modes[mode].right, modes[mode].requests].map(String),
    ]);
    for (const line of table([['', 'left', 'right', 'requests'], ...rows])) output.line(`  ${line}`);
    if (!complete) output.line('There are more: only the first pages of changes were counted.');
  }
  output.result({ ok: true, ...told });
}
