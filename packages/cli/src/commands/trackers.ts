import type { Client, Tracker } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { table, type Output } from '../output.ts';

/** What can be connected, and what each needs in `config` of a connection and `scope` of a side. */
export async function trackers(client: Client, id: string | undefined, output: Output): Promise<void> {
  const { items } = await client.trackers();
  const shown = items.filter((one) => id === undefined || one.id === id);
  if (shown.length === 0) {
    const known = items.map((one) => one.id).join(', ');
    throw new Failure(EXIT.input, 'unknown-tracker', `there is no tracker “${id}”`, `There are: ${known}.`);
  }
  for (const tracker of shown) {
    output.line(`${tracker.id}: ${tracker.title}`);
    for (const part of ['config', 'scope'] as const)
      for (const line of settings(tracker, part)) output.line(line);
  }
  output.result({ ok: true, items: shown });
}

interface Setting {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly secret?: boolean;
}

function settings(tracker: Tracker, part: 'config' | 'scope'): string[] {
  const { properties = {}, required = [] } = tracker[part] as {
    readonly properties?: Readonly<Record<string, Setting>>;
    readonly required?: readonly string[];
  };
  const rows = Object.entries(properties).map(([name, { title, description, default: preset, secret }]) => [
    `  ${part}.${name}`,
    required.includes(name) ? 'needed' : preset === undefined ? '' : `default ${JSON.stringify(preset)}`,
    [title, secret === true ? 'a secret' : undefined, description]
      .filter((text) => text !== undefined)
      .join('. '),
  ]);
  return table(rows);
}
