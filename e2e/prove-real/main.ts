import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createProject, createQueue } from '../../scripts/trackers/projects.ts';
import { realTrackers } from '../../scripts/trackers/state.ts';
import { Chance } from './chance.ts';
import { readOptions } from './options.ts';
import { prove } from './prove.ts';
import { ServerProcess } from './server.ts';
import { openRedmine } from './trackers/redmine.ts';
import { openRt } from './trackers/rt.ts';
import { writeStory } from './story.ts';

const begun = Date.now();
const tell = (line: string): void =>
  console.log(`${String(Math.round((Date.now() - begun) / 1000)).padStart(4)} s  ${line}`);

let folder: string | undefined;
let server: ServerProcess | undefined;
let well = false;
try {
  const options = readOptions(process.argv.slice(2));
  const trackers = await realTrackers();
  tell(`seed ${options.seed}; again with --seed ${options.seed}`);
  const story = writeStory(new Chance(options.seed), options.items, options.kills);
  const project = await createProject('Storm');
  const queue = await createQueue('Storm');
  tell(`Redmine project ${project.identifier}, queue “${queue.name}”; private comments: ${story.rule}`);
  const redmine = await openRedmine(trackers.redmine, project);
  const rt = openRt(trackers.rt, queue);
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-prove-'));
  server = new ServerProcess(folder);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void server?.kill(true).finally(() => process.exit(130)));
  const places = { project: project.identifier, queue: queue.name };
  const result = await prove({
    story,
    trackers,
    places,
    desks: { redmine, rt },
    names: redmine.names,
    server,
    tell,
  });
  well = result.well && result.kills === options.kills && result.pairs === 2 * options.items;
  const { well: _, ...numbers } = result;
  const seconds = Math.round((Date.now() - begun) / 1000);
  const line = { ...numbers, seed: options.seed, seconds };
  tell(well ? 'Every promise was kept.' : `Not every promise was kept; the server's log is ${server.log}`);
  console.log(
    options.json
      ? JSON.stringify(line)
      : Object.entries(line)
          .map(([name, it]) => `${name} ${it}`)
          .join(', '),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await server?.stop();
  if (well && folder !== undefined) await rm(folder, { recursive: true, force: true });
}
process.exitCode = well ? 0 : 1;
