import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { VERSION, type Client } from '@lockstep/api';
import { accessCommands } from './access.ts';
import { auditDrift, type AuditDriftOptions } from './commands/audit-drift.ts';
import { apply, check } from './commands/apply.ts';
import { disable, enable, type EnableOptions } from './commands/enable.ts';
import { duplicate } from './commands/duplicate.ts';
import { exportAll } from './commands/export.ts';
import { item, items, type ItemsOptions } from './commands/items.ts';
import { changeMigration, migrate, migrationStatus, type MigrateOptions } from './commands/migrate.ts';
import { capture, minutesOf, type CaptureOptions, type CaptureVerb } from './commands/capture.ts';
import { plan } from './commands/plan.ts';
import { run, showRun } from './commands/run.ts';
import { library, tryScript, type TryOptions } from './commands/script.ts';
import { trackers } from './commands/trackers.ts';
import { doctor, log, runs, status } from './commands/watch.ts';
import { why } from './commands/why.ts';
import { connect, DEFAULT_DATA } from './connect.ts';
import { count } from './count.ts';
import { readConfiguration } from './document/read.ts';
import { type PlacingOptions, renaming, renamingOf } from './document/renamed.ts';
import { EXIT, EXIT_HELP } from './exit.ts';
import { recoveryCommands } from './recovery-commands.ts';
import { toFailure } from './failure.ts';
import { listed } from './listed.ts';
import { mappingCommands } from './mapping-commands.ts';
import { notificationCommands } from './notifications.ts';
import { createOutput, type Output } from './output.ts';
import type { ServeOptions } from './serve.ts';

/** Runs one command line (without `node` and script) and answers with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const output = createOutput(args.includes('--json'));
  try {
    await program(output).parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      const message = error.message.replace(/^error: /, '');
      output.result({ ok: false, code: 'usage', message, remedy: 'lockstep --help lists the commands.' });
      return EXIT.input;
    }
    const failure = toFailure(error);
    output.result({
      ok: false,
      code: failure.reason,
      message: failure.message,
      remedy: failure.remedy,
      ...failure.details,
    });
    process.stderr.write(
      `${failure.message}\n${failure.remedy === undefined ? '' : `→ ${failure.remedy}\n`}`,
    );
    return failure.code;
  }
}

/** The command line as a whole; the test of its description reads it. */
export function program(output: Output): Command {
  const root = new Command('lockstep')
    .description('Keeps work items in two trackers in step, both ways.')
    .addHelpText('after', EXIT_HELP)
    .version(VERSION)
    .showHelpAfterError('Run “lockstep --help” for the commands, “lockstep COMMAND --help” for one of them.')
    .exitOverride();
  const command = (name: string, description: string): Command =>
    root
      .command(name)
      .description(description)
      .option('--json', 'one JSON object on the last line')
      .showHelpAfterError(`Run “lockstep ${name.split(' ')[0]} --help” for its arguments.`)
      .exitOverride();
  const withClient = async (action: (client: Client) => Promise<void>): Promise<void> =>
    action(await connect());

  command('serve', 'run the server')
    .option('--data <folder>', 'data folder', process.env['LOCKSTEP_DATA'] ?? DEFAULT_DATA)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port, 7400)
    .option(
      '--allow-host <name>',
      'a host name by which a proxy passes requests on; may be repeated',
      listed,
      [],
    )
    .option('--public-url <url>', 'where people reach it, as https://lockstep.example.org', address)
    .option(
      '--allow-address <network>',
      'an address or network inside that webhooks may reach; may be repeated',
      listed,
      [],
    )
    .addOption(
      new Option('--profile <name>', 'floor of intervals')
        .choices(['cloud', 'data-center', 'on-premise'])
        .default('on-premise'),
    )
    .addOption(
      new Option(
        '--schedule <mode>',
        'side by side, or each to its end before the next, on all servers of the database; as said last unless given',
      ).choices(['parallel', 'sequential']),
    )
    .option('--keep-runs-days <days>', 'how long records of runs are kept', whole(1), 90)
    .option('--keep-runs <number>', 'of each integration, so many records of runs at most', whole(20), 10_000)
    .option('--keep-journal-days <days>', 'how long overwritten values are kept, for undo', whole(1), 365)
    .option('--keep-audit-days <days>', 'how long it is kept who changed what', whole(1), 730)
    .option('--keep-audit <number>', 'so many entries of the audit log at most', whole(100), 100_000)
    .action(async (options: ServeOptions) => (await import('./serve.ts')).serve(options, output));
  command('trackers [tracker]', 'what can be connected, and the settings each needs').action(
    (id: string | undefined) => withClient((client) => trackers(client, id, output)),
  );
  const placed = (one: Command): Command =>
    one
      .option('--connection <old=new>', 'use another connection in its place; may be repeated', listed, [])
      .option('--scope <side.key=value>', 'another scope, as left.project=NAME; may be repeated', listed, []);
  for (const [verb, description, action] of [
    ['apply', 'save connections and integrations from a YAML file', apply],
    ['check', 'hold a YAML file against the trackers; saves nothing', check],
  ] as const)
    placed(command(`${verb} <file>`, description))
      .option('--as <name>', 'save its one integration under this name')
      .action(async (file: string, options: PlacingOptions) => {
        const read = await readConfiguration(file, renamingOf(options));
        await withClient((client) => action(client, read, output));
      });
  command(
    'export [name...]',
    'print the configuration, or these integrations, as YAML; secrets as ${env:…}',
  ).action((chosen: string[]) => withClient((client) => exportAll(client, chosen, output)));
  placed(
    command('duplicate <name> <new>', 'save an integration once more under another name, disabled'),
  ).action((name: string, as: string, options: PlacingOptions) =>
    withClient((client) => duplicate(client, name, renaming(as, options), output)),
  );
  mappingCommands(command, withClient, output);
  command('plan <name>', 'what a run would do now; writes nothing').action((name: string) =>
    withClient((client) => plan(client, name, output)),
  );
  command('run <name>', 'run now and follow it')
    .option('--force', 'let a plan through that the mass-change brake stopped')
    .action((name: string, options: { force?: true }) =>
      withClient((client) => run(client, name, options.force === true, output)),
    )
    .command('show <id>')
    .description('one run: what it found, what it did, how far it is')
    .option('--json', 'one JSON object on the last line')
    .exitOverride()
    .action((id: string) => withClient((client) => showRun(client, id, output)));
  command('stop <name>', 'stop the run under way after the items in hand').action((name: string) =>
    withClient(async (client) => {
      const { stopping } = await client.stop(name);
      output.line(stopping ? `${name} stops after the items in hand.` : `No run of ${name} is under way.`);
      output.result({ ok: true, stopping });
    }),
  );
  command('enable <name>', 'let it run at its interval, and say what of a pause is to sync')
    .addOption(
      new Option('--resume <mode>', 'of a pause: what changed recently, all of it, or none')
        .choices(['recent', 'all', 'none'])
        .default('recent'),
    )
    .option('--estimate', 'only tell what each way would bring')
    .option('--why <text>', 'kept with the change of status', '')
    .action((name: string, options: EnableOptions) =>
      withClient((client) => enable(client, name, options, output)),
    );
  command('disable <name>', 'stop it: nothing runs and nothing is queued while it is disabled')
    .requiredOption('--why <text>', 'kept with the change of status')
    .action((name: string, options: { why: string }) =>
      withClient((client) => disable(client, name, options.why, output)),
    );
  const migration = command('migrate <name>', 'move items that predate the integration, beside its runs')
    .addOption(
      new Option('--from <side>', 'the side whose items are moved to the other').choices(['left', 'right']),
    )
    .option('--created-after <date>', 'items made then or later')
    .option('--created-before <date>', 'items made before then')
    .option('--item <name>', 'an id, key or address: only these; may be repeated', listed, [])
    .option('--filter <json>', 'only items that meet it, written as in the API')
    .addOption(
      new Option('--already-migrated <how>', 'what has a counterpart')
        .choices(['skip', 'update', 'replace'])
        .default('skip'),
    )
    .option('--fields <list>', 'fields of that side, with commas; the others stay as they are on both sides')
    .option('--plan', 'only tell what it would do, its requests and its time; writes nothing')
    .action((name: string, options: MigrateOptions) =>
      withClient((client) => migrate(client, name, options, output)),
    );
  const part = (name: string, description: string): Command =>
    migration
      .command(`${name} <name>`)
      .description(description)
      .option('--json', 'one JSON object on the last line')
      .exitOverride();
  part('status', 'how far the latest migration has come, and when it will be done').action((name: string) =>
    withClient((client) => migrationStatus(client, name, output)),
  );
  for (const [verb, description] of [
    ['pause', 'pause it after the items in hand'],
    ['resume', 'go on where it was paused'],
    ['stop', 'end it for good; what was moved stays'],
  ] as const)
    part(verb, description).action((name: string) =>
      withClient((client) => changeMigration(client, name, verb, output)),
    );
  const script = command(
    'script',
    'try the script of an integration, or change the library that scripts share',
  );
  const ofScript = (name: string, description: string): Command =>
    script
      .command(name)
      .description(description)
      .option('--json', 'one JSON object on the last line')
      .exitOverride();
  ofScript('try <name> <item>', 'play it on an item of either side; writes nothing')
    .option('--file <file>', 'this script in place of the one that is saved')
    .option('--library <file>', 'this library in place of the one that is saved')
    .action((name: string, item: string, options: TryOptions) =>
      withClient((client) => tryScript(client, name, item, options, output)),
    );
  ofScript('library [file]', 'print the library, or save this file as the library').action(
    (file: string | undefined) => withClient((client) => library(client, file, output)),
  );
  command('status', 'how each integration is').action(() => withClient((client) => status(client, output)));
  command('runs <name>', 'its runs, newest first')
    .option('--limit <number>', 'how many', count, 20)
    .action((name: string, options: { limit: number }) =>
      withClient((client) => runs(client, name, options.limit, output)),
    );
  command(
    'capture <connection> <what> [request]',
    'keep its requests and answers in full for a while: on, off, list, show',
  )
    .option('--for <time>', 'with `on`: minutes or hours, 15m or 2h', captureTime, 15)
    .option('--run <run>', 'with `list`: only those of a run')
    .option('--limit <number>', 'with `list`: how many', count, 20)
    .action((connection: string, what: string, request: string | undefined, options: CaptureOptions) =>
      withClient((client) => capture(client, connection, [captureVerb(what), request], options, output)),
    );
  command('log <run>', 'log lines of a run')
    .addOption(
      new Option('--level <level>', 'the least that is told')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('debug'),
    )
    .action((id: string, options: { level: string }) =>
      withClient((client) => log(client, id, options.level, output)),
    );
  command('items <name>', 'latest synced items')
    .option('--limit <number>', 'how many', count, 20)
    .option('--parked', 'those that wait, and why')
    .option('--conflicts', 'conflicts, with both values')
    .option('--outcome <outcome>', 'only these: failed, created, updated, skipped, conflicted, …')
    .option('--type <title>', 'of this type, of either side')
    .option('--text <text>', 'with this in a key or a title')
    .option('--since <date>', 'looked at then or later')
    .option('--until <date>', 'looked at before then')
    .addOption(new Option('--side <side>', 'changed on this side').choices(['left', 'right']))
    .option('--run <run>', 'all that one run did')
    .action((name: string, options: ItemsOptions) =>
      withClient((client) => items(client, name, options, output)),
    );
  command('why <item>', 'why an item is or is not in sync: its id, key or address').action((name: string) =>
    withClient((client) => why(client, name, output)),
  );
  command('audit-drift <name>', 'compare all pairs with what both trackers have now, and follow it')
    .option('--limit <number>', 'how many findings', count, 20)
    .option('--latest', 'the latest audit, in place of a new one')
    .option('--stop', 'end the one under way after the pairs in hand')
    .option('--plan', 'what a repair by the latest audit would do')
    .option('--repair', 'have a run look at what the latest audit has found')
    .addOption(
      new Option('--from <side>', 'plan or repair by a hard resync: whose values are to stand').choices([
        'left',
        'right',
        'newest',
      ]),
    )
    .option('--missing', 'plan or repair missing items too, as the deletion policy says')
    .action((name: string, options: AuditDriftOptions) =>
      withClient((client) => auditDrift(client, name, options, output)),
    );
  command('item <item>', 'all that was done to one item: its id, key or address, of either side')
    .option('--limit <number>', 'how many of the latest records', count, 20)
    .action((name: string, options: { limit: number }) =>
      withClient((client) => item(client, name, options.limit, output)),
    );
  recoveryCommands(command, withClient, output);
  command('doctor', 'look at the database, connections, clocks, parked and late things').action(() =>
    withClient((client) => doctor(client, output)),
  );
  accessCommands(command, withClient, output);
  notificationCommands(command, withClient, output);
  command('backup <file>', 'write the whole database to a file, as it is now').action((file: string) =>
    withClient(async (client) => (await import('./commands/backup.ts')).backup(client, file, output)),
  );
  command(
    'support <subject>',
    'pack what is known of a run or an item, for whoever is to find out what happened',
  )
    .option('--file <file>', 'where to write the zip', 'lockstep-support.zip')
    .option('--values', 'with the texts of items, which are left out otherwise')
    .action((subject: string, options: { file: string; values?: true }) =>
      withClient(async (client) => {
        const content = await client.support(subject, options.values === true);
        const bytes = await (await import('./commands/download.ts')).download(content, options.file);
        output.line(`${options.file}: ${bytes} bytes. Look through it before you pass it on.`);
        output.result({ ok: true, file: options.file, bytes });
      }),
    );
  command('restore <file>', 'fill an empty data folder, or an empty DATABASE_URL, with a backup')
    .option('--data <folder>', 'data folder', process.env['LOCKSTEP_DATA'] ?? DEFAULT_DATA)
    .action(async (file: string, options: { data: string }) =>
      (await import('./commands/backup.ts')).restore(file, options.data, output),
    );
  return root;
}

function captureTime(text: string): number {
  const minutes = minutesOf(text);
  if (minutes !== undefined) return minutes;
  throw new InvalidArgumentError('It is a time like 15m or 2h, a day at most.');
}

function captureVerb(text: string): CaptureVerb {
  const found = (['on', 'off', 'list', 'show'] as const).find((verb) => verb === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError('Say on, off, list or show.');
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= 1_000_000) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} on.`);
  };
}

function address(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search + url.hash === '')
    return url;
  throw new InvalidArgumentError('It is an address like https://lockstep.example.org, without a path.');
}

function port(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
