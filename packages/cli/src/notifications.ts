import type { Client } from '@lockstep/api';
import { type Command, Option } from 'commander';
import {
  addNotification,
  type AddOptions,
  listNotifications,
  notificationLog,
  removeNotification,
  testNotification,
} from './commands/notifications.ts';
import { count } from './count.ts';
import type { Output } from './output.ts';

/** The verbs about who is told of what. */
export function notificationCommands(
  command: (name: string, description: string) => Command,
  withClient: (action: (client: Client) => Promise<void>) => Promise<void>,
  output: Output,
): void {
  const all = command('notifications', 'who is told of what, and whether it arrives');
  const part = (name: string, description: string): Command =>
    all
      .command(name)
      .description(description)
      .option('--json', 'one JSON object on the last line')
      .showHelpAfterError(`Run “lockstep notifications ${name.split(' ')[0]} --help” for its arguments.`)
      .exitOverride();
  const listed = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

  part(
    'add <name>',
    'make one, or replace the one of that name; ${env:NAME} in a text is taken from the environment',
  )
    .addOption(
      new Option('--channel <type>', 'the way that messages take')
        .choices(['mail', 'relay', 'slack', 'webhook'])
        .makeOptionMandatory(),
    )
    .option('--event <event>', 'tell of this; may be repeated; without it, of everything', listed)
    .option('--integration <name>', 'only of this one; may be repeated', listed)
    .option('--group <group>', 'of the integrations in this group; may be repeated', listed)
    .option('--to <address>', 'mail, relay: a recipient; may be repeated', listed)
    .option('--subject-prefix <text>', 'mail, relay: how subjects begin')
    .option('--host <name>', 'mail: the server')
    .option('--port <number>', 'mail: its port; 587 unless given', Number)
    .addOption(
      new Option('--security <kind>', 'mail: starttls unless given').choices(['starttls', 'tls', 'none']),
    )
    .option('--authority <pem>', 'mail: the certificate of an authority of your own')
    .option('--user <name>', 'mail: who signs in')
    .option('--password <text>', 'mail: write ${env:NAME}, so that it is on no command line')
    .option('--from <address>', 'mail: the sender')
    .option('--url <address>', 'slack, webhook: where to')
    .option('--template <json>', 'webhook: the body, with ${summary} and the like inside its texts')
    .option('--header <name=value>', 'webhook: a header; may be repeated', listed)
    .option('--secret-header <name=value>', 'webhook: a header that is never shown again', listed)
    .option('--signing-key <text>', 'webhook: what messages are signed with')
    .option('--remind-after <interval>', 'tell again of what lasts this long; 1d unless given')
    .option('--per-hour <number>', 'messages an hour at most; 60 unless given', Number)
    .option('--disabled', 'keep it, and send nothing')
    .action((name: string, options: AddOptions) =>
      withClient((client) => addNotification(client, name, options, output)),
    );
  part('list', 'all of them, with how their deliveries stand').action(() =>
    withClient((client) => listNotifications(client, output)),
  );
  part('test <name>', 'send a message now, and tell what the receiver said').action((name: string) =>
    withClient((client) => testNotification(client, name, output)),
  );
  part('log [name]', 'messages sent, waiting and failed, newest first')
    .addOption(new Option('--status <status>', 'only those').choices(['waiting', 'sent', 'failed']))
    .option('--limit <number>', 'how many', count, 20)
    .action((name: string | undefined, options: { status?: string; limit: number }) =>
      withClient((client) => notificationLog(client, name, options, output)),
    );
  part('remove <name>', 'delete it with its log; what still waits is not sent').action((name: string) =>
    withClient((client) => removeNotification(client, name, output)),
  );
}
