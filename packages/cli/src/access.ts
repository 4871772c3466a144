import type { Client } from '@lockstep/api';
import type { Command } from 'commander';
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
}
