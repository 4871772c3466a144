import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import { oidcSettings, startServer } from '@lockstep/server';
import { fence } from './fence.ts';

/* The server under fire, in a process of its own: the path of its data folder comes as the argument, where it listens goes to standard output. */

// Requests are drawn at random, addresses with them: none is followed beyond this machine.
fence();
const dataFolder = process.argv[2] ?? '';
for (const name of ['left', 'right']) {
  const tracker = new MemoryTracker(name, () => Date.now());
  tracker.addUser({ id: 'ann', login: 'ann', name: 'Ann', email: 'ann@example.test', active: true });
  for (const number of [1, 2, 3]) tracker.create('ann', { title: `Item ${number} of the ${name}` });
  memoryTrackers.set(name, tracker);
}
const oidc = oidcSettings(process.env, new URL('http://127.0.0.1'));
const server = await startServer({
  dataFolder,
  port: 0,
  budget: { rate: 1000 },
  oidc,
  allowedAddresses: ['127.0.0.0/8'],
});
process.stdout.write(`${JSON.stringify({ url: server.url, token: server.token })}\n`);
process.once('SIGTERM', () => void server.stop().finally(() => process.exit(0)));
