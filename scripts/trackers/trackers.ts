import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FOLDER, REDMINE_URL, RT_URL, STATE_FILE, type TrackerName } from './places.ts';
import { installRedmine, redminePid, seedRedmine, startRedmine, stopRedmine } from './redmine/redmine.ts';
import { installRt, rtPid, seedRt, startRt, stopRt } from './rt/rt.ts';
import { isInstalled } from './shell.ts';
import { seeds, stateSchema, type State } from './state.ts';

interface Tracker {
  readonly name: TrackerName;
  readonly title: string;
  readonly url: string;
  readonly debianPackage: string;
  readonly seedFile: string;
  install(): Promise<void>;
  seed(): Promise<unknown>;
  start(): Promise<'started' | 'ran already'>;
  stop(): Promise<'stopped' | 'did not run'>;
  pid(): Promise<number | undefined>;
}

export const TRACKERS: readonly Tracker[] = [
  {
    name: 'redmine',
    title: 'Redmine',
    url: REDMINE_URL,
    debianPackage: 'redmine',
    seedFile: join(import.meta.dirname, 'redmine/seed.rb'),
    install: installRedmine,
    seed: seedRedmine,
    start: startRedmine,
    stop: stopRedmine,
    pid: redminePid,
  },
  {
    name: 'rt',
    title: 'Request Tracker',
    url: RT_URL,
    debianPackage: 'request-tracker5',
    seedFile: join(import.meta.dirname, 'rt/seed.pm'),
    install: installRt,
    seed: seedRt,
    start: startRt,
    stop: stopRt,
    pid: rtPid,
  },
];

/** Installs, seeds and starts whatever is missing; nothing is done twice. */
export async function up(say: (line: string) => void): Promise<void> {
  for (const tracker of TRACKERS) {
    await refuseForeign(tracker);
    await tracker.install();
    const seeded = await readSeedMark(tracker);
    if (seeded === undefined) {
      await tracker.stop();
      await seed(tracker);
    } else if (seeded !== (await seedMark(tracker))) {
      say(
        `${tracker.title} holds data of another seed than this checkout's; "npm run trackers -- reset" renews it`,
      );
    }
    say(`${tracker.title} ${await tracker.start()}: ${tracker.url}`);
  }
}

export async function down(say: (line: string) => void): Promise<void> {
  for (const tracker of TRACKERS) say(`${tracker.title} ${await tracker.stop()}`);
}

/** Throws away all data and seeds again. */
export async function reset(say: (line: string) => void): Promise<void> {
  for (const tracker of TRACKERS) {
    await refuseForeign(tracker);
    await tracker.install();
    await tracker.stop();
    await seed(tracker);
    say(`${tracker.title} ${await tracker.start()} with fresh data: ${tracker.url}`);
  }
}

async function seed(tracker: Tracker): Promise<void> {
  await rm(markFile(tracker, 'seed'), { force: true });
  const made = seeds[tracker.name].parse(await tracker.seed());
  const state: State = { ...(await readState()), [tracker.name]: made };
  await writeFile(STATE_FILE, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  await writeFile(markFile(tracker, 'seed'), await seedMark(tracker));
}

async function readState(): Promise<State> {
  const text = await readFile(STATE_FILE, 'utf8').catch(() => '{}');
  return stateSchema.catch({}).parse(JSON.parse(text));
}

/** `reset` throws data away, so it must never meet an installation that is somebody's own. */
async function refuseForeign(tracker: Tracker): Promise<void> {
  await mkdir(FOLDER, { recursive: true, mode: 0o755 });
  const ours = await access(markFile(tracker, 'installed')).then(
    () => true,
    () => false,
  );
  if (ours) return;
  if (await isInstalled(tracker.debianPackage)) {
    throw new Error(
      `This machine has a ${tracker.title} that this command did not install. It is left alone: use another machine, or remove the package ${tracker.debianPackage}.`,
    );
  }
  await writeFile(markFile(tracker, 'installed'), `${tracker.debianPackage}\n`);
}

async function seedMark(tracker: Tracker): Promise<string> {
  return createHash('sha256')
    .update(await readFile(tracker.seedFile))
    .digest('hex');
}

async function readSeedMark(tracker: Tracker): Promise<string | undefined> {
  return readFile(markFile(tracker, 'seed'), 'utf8').catch(() => undefined);
}

function markFile(tracker: Tracker, mark: 'installed' | 'seed'): string {
  return join(FOLDER, `${tracker.name}.${mark}`);
}
