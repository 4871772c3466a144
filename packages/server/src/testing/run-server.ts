import { createClient } from '@lockstep/api';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import { startServer } from '../compose.ts';
import { silent } from '../postgres/log.ts';

/** A server process for the tests: a run that never gets past its first write, until the process is killed. */
const [dataFolder = '', databaseUrl = ''] = process.argv.slice(2);
memoryTrackers.set('left', new MemoryTracker('left', () => Date.now()));
const writing = Promise.withResolvers<void>();
const hooks = {
  before: async (kind: string): Promise<void> => {
    if (kind !== 'write') return;
    writing.resolve();
    await new Promise(() => undefined);
  },
};
memoryTrackers.set('right', new MemoryTracker('right', () => Date.now(), {}, hooks));
memoryTrackers.get('left')?.create('sync', { title: 'Left behind' });
const server = await startServer({ dataFolder, databaseUrl, port: 0, log: silent });
const client = createClient(server.url, server.token);
await client.enable('one');
await writing.promise;
console.log(JSON.stringify({ runs: (await client.runs('one')).items.map((run) => run.id) }));
