import type { Client, TypeChange } from '@lockstep/api';
import { Option } from 'commander';
import type { Command } from 'commander';
import { suggest } from './commands/suggest.ts';
import { changeType, listTypes, TYPE_VERBS } from './commands/types.ts';
import type { TypeVerb } from './commands/types.ts';
import { renaming } from './document/renamed.ts';
import { listed } from './listed.ts';
import type { Output } from './output.ts';

interface CopyOptions {
  readonly asLeft?: string;
  readonly asRight?: string;
  readonly plan?: true;
}

/** A first mapping out of both trackers, and its types one by one. */
export function mappingCommands(
  command: (name: string, description: string) => Command,
  withClient: (action: (client: Client) => Promise<void>) => Promise<void>,
  output: Output,
): void {
  command('suggest <left> <right>', 'print a first mapping between two connections, to correct and apply')
    .option('--scope <side.key=value>', 'a scope, as left.project=NAME; may be repeated', listed, [])
    .option('--as <name>', 'the name of the integration; else LEFT-RIGHT')
    .option('--group <name>', 'the group that it is to be in')
    .action((left: string, right: string, options: { scope: string[]; as?: string; group?: string }) =>
      withClient((client) =>
        suggest(
          client,
          { left, right },
          renaming(options.as ?? `${left}-${right}`, { ...options, connection: [] }),
          options.group,
          output,
        ),
      ),
    );
  const types = command('types <name>', 'the type mappings of an integration, from the top');
  types.action((name: string) => withClient((client) => listTypes(client, name, output)));
  for (const [verb, description] of [
    ['copy', 'copy one, below it; without other types the copy is switched off'],
    ['off', 'switch one off: its items and pairs are left as they are'],
    ['on', 'switch one on again: its pairs are looked at'],
    ['delete', 'delete one: its pairs are kept, and not synced'],
  ] as const)
    typeVerb(types, verb, description, async (name, change, plan) =>
      withClient((client) => changeType(client, name, change, { dryRun: plan }, output)),
    );
}

function typeVerb(
  types: Command,
  verb: TypeVerb,
  description: string,
  run: (name: string, change: TypeChange, plan: boolean) => Promise<void>,
): void {
  const one = types
    .command(`${verb} <name> <left> <right>`)
    .description(description)
    .option('--plan', 'only tell what it would do; saves nothing')
    .option('--json', 'one JSON object on the last line')
    .exitOverride();
  if (verb === 'copy')
    one
      .addOption(new Option('--as-left <type>', 'the left type of the copy'))
      .addOption(new Option('--as-right <type>', 'the right type of the copy'));
  one.action((name: string, left: string, right: string, { asLeft, asRight, plan }: CopyOptions) => {
    const as = {
      ...(asLeft === undefined ? {} : { left: asLeft }),
      ...(asRight === undefined ? {} : { right: asRight }),
    };
    const change = { action: TYPE_VERBS[verb], left, right, ...(verb === 'copy' ? { as } : {}) };
    return run(name, change, plan === true);
  });
}
