import type { Client, ConfigurationInput } from '@lockstep/api';
import { renamed, type Renaming } from '../document/renamed.ts';
import { EXIT, Failure } from '../exit.ts';
import type { Output } from '../output.ts';

/** The same mapping once more, between other scopes: disabled until somebody has looked at it. */
export async function duplicate(
  client: Client,
  name: string,
  renaming: Renaming,
  output: Output,
): Promise<void> {
  const { document } = await client.integration(name);
  const taken = (await client.integrations()).items.some((one) => one.name === renaming.as);
  if (taken)
    throw new Failure(
      EXIT.input,
      'name-taken',
      `there is an integration “${renaming.as}” already`,
      'Choose another name.',
    );
  const { integrations } = renamed({ integrations: { [name]: document } } as ConfigurationInput, renaming);
  output.progress('asking the trackers …');
  const applied = await client.configure({ integrations });
  output.line(
    `${renaming.as} is saved as ${name} is, and disabled; to let it run: lockstep enable ${renaming.as}`,
  );
  for (const { message, remedy } of applied.warnings) output.line(`warning: ${message}. ${remedy}`);
  output.result({ ok: true, ...applied });
}
