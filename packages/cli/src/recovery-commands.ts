import type { Client } from '@lockstep/api';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { conflicts, recover, resolve, undo } from './commands/recovery.ts';
import type { RecoveryOptions, ResolveOptions } from './commands/recovery.ts';
import type { Output } from './output.ts';

/** What people do about items that went wrong, or went other than they meant. */
export function recoveryCommands(
  command: (name: string, description: string) => Command,
  withClient: (action: (client: Client) => Promise<void>) => Promise<void>,
  output: Output,
): void {
  for (const [verb, description] of [
    ['resync', 'look at items again and carry what changed'],
    ['hard-resync', 'write every mapped field from one side to the other; what it replaces can be undone'],
    ['recreate', 'try failed creations again in the next run'],
  ] as const) {
    const one = command(`${verb} [key...]`, description)
      .option('--integration <name>', 'the integration, where a key is known in several or none is given')
      .option('--run <run>', 'all that failed in this run; with --outcome, all that ended so in it')
      .option('--outcome <outcome>', 'all whose newest outcome it is: failed, conflicted, skipped, …')
      .option('--parked <kind>', 'all that are parked for such a reason: rejected, forbidden, …, or any')
      .option('--plan', 'only tell what it would do; writes nothing');
    if (verb === 'hard-resync')
      one.addOption(
        new Option('--from <side>', 'whose values are to stand; newest: the item modified later')
          .choices(['left', 'right', 'newest'])
          .default('newest'),
      );
    one.action((keys: string[], options: RecoveryOptions) =>
      withClient((client) => recover(client, verb, keys, options, output)),
    );
  }
  command('conflicts [name]', 'conflicts that wait for a person, with base, left and right')
    .option('--all', 'also those that are over, with who resolved them')
    .option('--limit <number>', 'how many of each integration', count, 50)
    .action((name: string | undefined, options: { all?: true; limit: number }) =>
      withClient((client) => conflicts(client, name, options, output)),
    );
  command('resolve [conflict...]', 'end conflicts with the value of one side, or with another')
    .option('--integration <name>', 'with no conflict named: all open ones of this integration')
    .option('--field <field>', 'only those of this field')
    .addOption(
      new Option('--with <side>', 'whose value is to stand, or the newer of both').choices([
        'left',
        'right',
        'newest',
      ]),
    )
    .option('--value <value>', 'another value, for both sides')
    .addOption(new Option('--side <side>', 'the side as which --value is written').choices(['left', 'right']))
    .option('--plan', 'only tell what it would do; writes nothing')
    .action((ids: string[], options: ResolveOptions) =>
      withClient((client) => resolve(client, ids, options, output)),
    );
  command(
    'undo <subject>',
    'write back what the sync overwrote, of a run or of an item; shows its plan first',
  )
    .option('--integration <name>', 'the integration, where the key is known in several')
    .option('--run <run>', 'of an item: only what this run did')
    .option('--plan', 'only show the plan')
    .action((subject: string, options: RecoveryOptions) =>
      withClient((client) => undo(client, subject, options, output)),
    );
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 500) return value;
  throw new InvalidArgumentError('It is a number from 1 to 500.');
}
