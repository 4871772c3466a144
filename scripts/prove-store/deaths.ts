import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../../packages/engine/src/testing/chance.ts';
import { databaseProcesses, killNow, postmasterOf } from './database-processes.ts';
import type { Trial } from './trial.ts';

/** Who dies by `kill -9`. */
export const DEATHS = [
  'servers',
  'backend',
  'postmaster',
  'servers and postmaster',
  'everything',
  'while starting',
] as const;
export type Death = (typeof DEATHS)[number];

/** So many deaths, each kind as often as the others, in an order by chance. */
export function drawDeaths(chance: Chance, count: number): readonly Death[] {
  const drawn: Death[] = [];
  while (drawn.length < count) {
    const left = [...DEATHS];
    while (left.length > 0) drawn.push(...left.splice(chance.below(left.length), 1));
  }
  return drawn.slice(0, count);
}

/** Commits, a death at a moment by chance, and a start over what it left. */
export async function die(trial: Trial, death: Death, chance: Chance): Promise<void> {
  await trial.write();
  const folder = await trial.folder();
  if (chance.happens(0.5)) trial.checkpoint();
  await delay(chance.below(800));
  const postmaster = await postmasterOf(folder);
  if (postmaster === undefined) throw new Error('the database is not running');
  switch (death) {
    case 'servers':
      await trial.killWriters();
      break;
    case 'backend': {
      await trial.isAtWork();
      // One that has just ended by itself is no death.
      for (let killed = 0; killed === 0;) {
        const children = (await databaseProcesses(folder)).filter((pid) => pid !== postmaster);
        killed = killNow([chance.pick(children)]);
      }
      // The server at work has to bring the database back by itself, and the writers go on; then both are killed, too.
      await trial.goesOn();
      await trial.killWriters();
      break;
    }
    case 'postmaster':
      await trial.isAtWork();
      killNow([postmaster]);
      // The server at work has to bring the database back by itself, and the writers go on; then both are killed, too.
      await trial.goesOn();
      await trial.killWriters();
      break;
    case 'servers and postmaster':
      killNow([...trial.pids, postmaster]);
      await trial.killWriters();
      break;
    case 'everything':
      killNow([...(await databaseProcesses(folder)), ...trial.pids]);
      await trial.killEverything();
      break;
    case 'while starting':
      await trial.killEverything();
      trial.begin();
      await delay(chance.below(1_000));
      await trial.killEverything();
  }
  await trial.start();
}
