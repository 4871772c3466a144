import type { Client } from '@lockstep/api';
import { Option, type Command } from 'commander';
import { addToken, listTokens, revokeToken, type TokenOptions } from './commands/tokens.ts';
import { audit, type AuditOptions } from './commands/audit.ts';
import { count } from './count.ts';
import type { Output } from './output.ts';

/** The verbs about who may do what, and who did. */
export function accessCommands(
  command: (name: string, description: string) => Command,
  withClient: (action: (client: Client) => Promise<void>) => Promise<void>,
  output: Output,
): void {
  command('audit', 'who changed what of the configuration, newest first')
    .option('--who <name>', 'only what this one changed')
    .option('--kind <kind>', 'only changes of connection, integration, user, token, …')
    .option('--name <name>', 'only changes of what has this name')
    .option('--since <date>', 'from then on')
    .option('--until <date>', 'before then')
    .option('--limit <number>', 'how many', count, 20)
    .action((options: AuditOptions) => withClient((client) => audit(client, options, output)));

  const tokens = command('tokens', 'tokens for programs: list, add, revoke');
  part(tokens, 'list', 'all tokens, and when each was used').action(() =>
    withClient((client) => listTokens(client, output)),
  );
  part(tokens, 'add <name>', 'make a token; it is shown this once')
    .addOption(
      new Option('--scope <scope>', 'what it may')
        .choices(['read', 'operate', 'administer'])
        .makeOptionMandatory(),
    )
    .option('--group <name>', 'only in this group of integrations')
    .option('--expires <date>', 'refused from then on')
    .action((name: string, options: TokenOptions) =>
      withClient((client) => addToken(client, name, options, output)),
    );
  part(tokens, 'revoke <name>', 'refuse it from now on').action((name: string) =>
    withClient((client) => revokeToken(client, name, output)),
  );
}

function part(of: Command, name: string, description: string): Command {
  return of
    .command(name)
    .description(description)
    .option('--json', 'one JSON object on the last line')
    .exitOverride();
}
