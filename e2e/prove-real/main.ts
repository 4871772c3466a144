import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createProject, createQueue } from '../../scripts/trackers/projects.ts';
import { realTrackers } from '../../scripts/trackers/state.ts';
import { Chance } from './chance.ts';
import { FaultStorm } from './faults/fault-storm.ts';
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
let storm: FaultStorm | undefined;
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
  if (options.faults) storm = await FaultStorm.start(trackers, options.seed);
  const reached = storm?.trackers ?? trackers;
  const places = { project: project.identifier, queue: queue.name };
  const result = await prove({
    story,
    trackers: reached,
    storm,
    places,
    desks: { redmine, rt },
    readers: { redmine: await openRedmine(reached.redmine, project), rt: openRt(reached.rt, queue) },
    names: redmine.names,
    server,
    tell,
  });
  const missed = storm?.missed() ?? [];
  if (missed.length > 0) tell(`never struck: ${missed.join(', ')}; take more items or kills`);
  const isComplete = result.kills === options.kills && result.pairs === 2 * options.items;
  well = result.well && isComplete && missed.length === 0;
  const { well: _, ...numbers } = result;
  const seconds = Math.round((Date.now() - begun) / 1000);
  const faults = storm === undefined ? {} : { faults: storm.counts() };
  const line = { ...numbers, ...faults, seed: options.seed, seconds };
  tell(well ? 'Every promise was kept.' : `Not every promise was kept; the server's log is ${server.log}`);
  console.log(
    options.json
      ? JSON.stringify(line)
      : Object.entries(line)
          .map(([name, it]) => `${name} ${typeof it === 'object' ? JSON.stringify(it) : it}`)
          .join(', '),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await server?.stop();
  await storm?.stop();
  if (well && folder !== undefined) await rm(folder, { recursive: true, force: true });
}
process.exitCode = well ? 0 : 1;
