import type { Client, Role } from '@lockstep/api';
import { Option, type Command } from 'commander';
import { addToken, listTokens, revokeToken, type TokenOptions } from './commands/tokens.ts';
import { audit, type AuditOptions } from './commands/audit.ts';
import { addUser, listUsers, resetPassword, setActive, setRole, type UserOptions } from './commands/users.ts';
import { count } from './count.ts';
import { EXIT, Failure } from './exit.ts';
import type { Output } from './output.ts';

const ROLES: readonly Role[] = ['viewer', 'operator', 'administrator'];

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

  const users = command(
    'users',
    'people who sign in: list, add, set-role, deactivate, activate, reset-password',
  );
  part(users, 'list', 'all users, with their roles').action(() =>
    withClient((client) => listUsers(client, output)),
  );
  part(users, 'add <login>', 'add a user; the one-time password is shown this once')
    .option('--name <name>', 'as people know them; default: the login')
    .option('--email <address>', 'by which OpenID Connect may know them')
    .addOption(new Option('--role <role>', 'what they may').choices(ROLES))
    .option('--group <name>', 'only in this group of integrations')
    .option('--no-password', 'they sign in by OpenID Connect only')
    .action((login: string, options: UserOptions) =>
      withClient((client) => addUser(client, login, options, output)),
    );
  part(users, 'set-role <login> <role>', 'grant a role in all groups or in one; none takes it away')
    .option('--group <name>', 'only in this group of integrations')
    .action((login: string, role: string, options: { group?: string }) => {
      const known = [...ROLES, 'none' as const].find((one) => one === role);
      if (known === undefined)
        throw new Failure(
          EXIT.input,
          'unknown-role',
          `there is no role “${role}”`,
          `There are ${ROLES.join(', ')}, and none.`,
        );
      return withClient((client) => setRole(client, login, known, options.group, output));
    });
  for (const [verb, active, description] of [
    ['deactivate', false, 'they may not sign in any more, and all their sessions end'],
    ['activate', true, 'they may sign in again'],
  ] as const)
    part(users, `${verb} <login>`, description).action((login: string) =>
      withClient((client) => setActive(client, login, active, output)),
    );
  part(
    users,
    'reset-password <login>',
    'a new one-time password, shown this once; all their sessions end',
  ).action((login: string) => withClient((client) => resetPassword(client, login, output)));
}

function part(of: Command, name: string, description: string): Command {
  return of
    .command(name)
    .description(description)
    .option('--json', 'one JSON object on the last line')
    .exitOverride();
}
