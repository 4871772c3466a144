import { startServer, type Profile } from '@lockstep/server';
import { consoleLog } from './console-log.ts';
import type { Output } from './output.ts';

export interface ServeOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly profile: Profile;
  readonly allowHost: readonly string[];
}

/** Runs the server until it is told to end (SIGTERM, SIGINT); runs under way end after the items in hand. */
export async function serve(options: ServeOptions, output: Output): Promise<void> {
  const ended = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.resolve(signal));
  const server = await startServer({
    dataFolder: options.data,
    databaseUrl: process.env['DATABASE_URL'],
    environmentKey: process.env['LOCKSTEP_KEY'],
    host: options.host,
    port: options.port,
    profile: options.profile,
    allowedHosts: options.allowHost,
    ...(process.stderr.isTTY && process.env['LOCKSTEP_LOG'] === undefined
      ? { log: consoleLog((text) => process.stderr.write(text)) }
      : {}),
  });
  output.line(`Lockstep listens at ${server.url}; its data is in ${options.data}. Ctrl+C ends it.`);
  output.result({ ok: true, url: server.url });
  await ended.promise;
  output.line('Stopping: runs under way end after the items in hand.');
  await server.stop();
}
