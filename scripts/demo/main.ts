import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@lockstep/api';
import { startServer } from '@lockstep/server';
import { applyIntegration, INTEGRATION } from './integration.ts';
import { isWell, playStory } from './story.ts';
import { openTrackers, person } from './trackers.ts';

const flags = process.argv.slice(2);
const once = flags.includes('--once');
const json = flags.includes('--json');
const unknown = flags.filter((it) => !['--once', '--life', '--json'].includes(it));
if (unknown.length > 0) {
  console.error(`npm run demo -- [--once | --life] [--json]\n${unknown.join(' ')} is not known.`);
  process.exit(2);
}
if (flags.includes('--life')) {
  const { demonstrateLife } = await import('./life/main.ts');
  process.exit((await demonstrateLife(json)) ? 0 : 1);
}

const started = Date.now();
// The trackers live in this process, so what is remembered of them must not outlive it.
const dataFolder = await mkdtemp(path.join(tmpdir(), 'lockstep-demo-'));
const tell = (line = ''): void => console.log(line);
let code = 1;
try {
  tell('Starting PostgreSQL and the server, with two trackers inside: a helpdesk and a workshop.');
  const trackers = openTrackers();
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, warn: console.error, error: console.error };
  const server = await startServer({ dataFolder, port: 0, log });
  try {
    const client = createClient(server.url, server.token);
    const found = await playStory(client, trackers, tell);
    const ok = isWell(found, trackers);
    const seconds = Math.round((Date.now() - started) / 1000);
    tell();
    tell(ok ? `All as it should be, after ${seconds} s.` : 'Something is not as it should be.');
    code = ok ? 0 : 1;
    if (!once) await stayUp(server.url);
    if (json) tell(JSON.stringify({ ok, ...found, seconds }));

    async function stayUp(url: string): Promise<void> {
      await applyIntegration(client, '5s');
      tell();
      tell(`The server stays up at ${url} and runs the integration every 5 s. In another terminal, try:`);
      tell(`  export LOCKSTEP_URL=${url} LOCKSTEP_DATA=${dataFolder}`);
      for (const [command, what] of [
        ['status', 'how the integration is'],
        [`items ${INTEGRATION}`, 'what was synced, field by field'],
        [`items ${INTEGRATION} --conflicts`, 'the conflict, with both values'],
        [`runs ${INTEGRATION}`, 'every run'],
        [`plan ${INTEGRATION}`, 'what a run would do now'],
        ['export', 'the configuration as YAML'],
        ['doctor', 'whether all is well'],
      ] as const)
        tell(`  npm run -s lockstep -- ${command.padEnd(36)} # ${what}`);
      tell('Enter: Alice makes another edit, for the next run to carry. Ctrl+C: end.');
      await untilTold(() => {
        const { helpdesk } = trackers;
        const title = `Laptop is slow (${new Date().toISOString().slice(11, 19)})`;
        const laptop = [...helpdesk.items].find(([, it]) =>
          String(it.fields['title']).startsWith('Laptop is slow'),
        );
        if (laptop === undefined) return;
        helpdesk.edit(person(helpdesk, 'alice'), laptop[0], { title });
        tell(`Alice renamed HELPDESK-${laptop[0]} to “${title}”.`);
      });
    }
  } finally {
    await server.stop();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (json)
    tell(JSON.stringify({ ok: false, error: error instanceof Error ? error.message : String(error) }));
} finally {
  await rm(dataFolder, { recursive: true, force: true });
}
process.exitCode = code;

/** Resolves at Ctrl+C or SIGTERM. */
async function untilTold(onEnter: () => void): Promise<void> {
  const ended = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve());
  const idle = setInterval(() => undefined, 60_000);
  const input = createInterface({ input: process.stdin });
  input.on('line', onEnter);
  await ended.promise;
  clearInterval(idle);
  input.close();
}
