import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startServer } from '@lockstep/server';
import { networkMemory } from './network-memory.ts';

/** The server as `lockstep serve` starts it, with trackers of another process and nothing that bounds its requests. */
const { values } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string', default: '' }, port: { type: 'string', default: '0' } },
});

// What is told of its memory is what stays, not what waits to be collected.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setInterval(collect, 2_000).unref();

const server = await startServer({
  dataFolder: values.data,
  databaseUrl: process.env['DATABASE_URL'],
  port: Number(values.port),
  connectors: [networkMemory],
  budget: { rate: 100_000, concurrency: 16 },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop());
