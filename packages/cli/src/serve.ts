import { setTimeout as delay } from 'node:timers/promises';
import { oidcSettings, type Profile, type RunningServer, startServer } from '@lockstep/server';
import { consoleLog } from './console-log.ts';
import { EXIT } from './exit.ts';
import type { Output } from './output.ts';

/** Milliseconds. */
const PATIENCE = 10_000;

export interface ServeOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly profile: Profile;
  readonly allowHost: readonly string[];
  readonly publicUrl?: URL;
  readonly allowAddress: readonly string[];
  readonly schedule?: 'parallel' | 'sequential';
  readonly keepRunsDays: number;
  readonly keepRuns: number;
  readonly keepJournalDays: number;
  readonly keepAuditDays: number;
  readonly keepAudit: number;
}

/** Runs the server until it is told to end (SIGTERM, SIGINT); runs under way end after the items in hand. */
export async function serve(options: ServeOptions, output: Output): Promise<void> {
  const ended = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.resolve(signal));
  const starting = startServer({
    dataFolder: options.data,
    databaseUrl: process.env['DATABASE_URL'],
    environmentKey: process.env['LOCKSTEP_KEY'],
    host: options.host,
    port: options.port,
    profile: options.profile,
    allowedHosts: options.allowHost,
    publicUrl: options.publicUrl,
    allowedAddresses: options.allowAddress,
    relay: process.env['LOCKSTEP_RELAY'],
    oidc: oidcSettings(process.env, options.publicUrl),
    schedule: options.schedule,
    retention: {
      runDays: options.keepRunsDays,
      runs: options.keepRuns,
      journalDays: options.keepJournalDays,
      auditDays: options.keepAuditDays,
      audits: options.keepAudit,
    },
    ...(process.stderr.isTTY && process.env['LOCKSTEP_LOG'] === undefined
      ? { log: consoleLog((text) => process.stderr.write(text)) }
      : {}),
  });
  const server = await Promise.race([starting, ended.promise]);
  if (typeof server === 'string') return giveUp(starting);
  output.line(`Lockstep listens at ${server.url}; its data is in ${options.data}. Ctrl+C ends it.`);
  output.result({ ok: true, url: server.url });
  await ended.promise;
  output.line('Stopping: runs under way end after the items in hand.');
  await server.stop();
}

/** Told to end while it starts: what was started is ended, if the start comes to its end at all. */
async function giveUp(starting: Promise<RunningServer>): Promise<never> {
  await Promise.race([starting.then((server) => server.stop()), delay(PATIENCE)]).catch(() => undefined);
  process.exit(EXIT.ok);
}
