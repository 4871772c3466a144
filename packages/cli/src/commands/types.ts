import type { Client, IntegrationInput, TypeChange } from '@lockstep/api';
import type { Output } from '../output.ts';

export const TYPE_VERBS = { copy: 'copy', off: 'switch-off', on: 'switch-on', delete: 'delete' } as const;
export type TypeVerb = keyof typeof TYPE_VERBS;

/** The type mappings of an integration, from the top. */
export async function listTypes(client: Client, name: string, output: Output): Promise<void> {
  const { document } = await client.integration(name);
  const { types } = document as Pick<IntegrationInput, 'types'>;
  const listed = types.map(({ left, right, enabled = true }) => ({ left, right, enabled }));
  for (const { left, right, enabled } of listed)
    output.line(`${left} ↔ ${right}${enabled ? '' : ' (switched off)'}`);
  output.result({ ok: true, types: listed });
}

/** Copies one, switches it off or on, or deletes it; tells what becomes of its pairs. */
export async function changeType(
  client: Client,
  name: string,
  change: TypeChange,
  options: { readonly dryRun: boolean },
  output: Output,
): Promise<void> {
  output.progress('asking the trackers …');
  const { integration, pairs } = await client.changeTypeMapping(name, change, options);
  const { left, right, as } = change;
  const would = options.dryRun ? 'would be' : 'is';
  const done = {
    copy: `copied as ${as?.left ?? left} ↔ ${as?.right ?? right}`,
    'switch-off': 'switched off',
    'switch-on': 'switched on',
    delete: 'deleted',
  }[change.action];
  output.line(`${left} ↔ ${right} ${would} ${done}.`);
  const leaves = change.action === 'switch-off' || change.action === 'delete';
  const one = pairs === 1;
  if (leaves && pairs > 0)
    output.line(
      `Its ${pairs} ${one ? 'pair stays as it is: it is' : 'pairs stay as they are: they are'} kept, and not synced.`,
    );
  if (change.action === 'switch-on' && pairs > 0)
    output.line(`Its ${pairs} ${one ? 'pair is' : 'pairs are'} looked at in the next runs.`);
  for (const { message, remedy } of integration.warnings ?? []) output.line(`warning: ${message}. ${remedy}`);
  output.result({ ok: true, dryRun: options.dryRun, pairs, document: integration.document });
}
