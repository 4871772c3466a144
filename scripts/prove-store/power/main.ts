import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Chance } from '../../../packages/engine/src/testing/chance.ts';
import { Trial } from '../trial.ts';
import { Disk } from './disk.ts';
import type { PowerLoss } from './power-loss.ts';

/** Runs in a mount namespace of its own, where `power-loss.ts` starts it. The last line is the result. */
const [seed = '1', cuts = '1'] = process.argv.slice(2);
const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-power-'));
const disk = new Disk(folder);
const chance = new Chance(Number(seed));
let current: Trial | undefined;

// Our starter is gone.
process.stdin.on('end', () => void cleanUp().finally(() => process.exit(1))).resume();
try {
  const why = await disk.make().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const result: PowerLoss = why === undefined ? await losePowerOften() : { cuts: 0, why };
  console.log(JSON.stringify(result));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await cleanUp();
  process.stdin.destroy();
}

async function losePowerOften(): Promise<PowerLoss> {
  const trial = begin({});
  // The first cut comes while the store is being made.
  trial.begin();
  await delay(chance.below(1_500));
  await cut(trial);
  for (let number = 1; number < Number(cuts); number++) await losePower(trial);
  await trial.stop();
  return { cuts: Number(cuts), ...trial.figures(), control: await control() };
}

/** A server that does not wait for the disk has to be caught, or the cuts prove nothing: it loses commits, or all. */
async function control(): Promise<string> {
  const trial = begin({ fsync: 'off' });
  await trial.start();
  try {
    await losePower(trial);
  } catch (error) {
    return `did not start again: ${error instanceof Error ? error.message : String(error)}`;
  }
  await trial.stop();
  return trial.faults === 0 ? '' : `lost ${trial.lost.size}, half there ${trial.halfCommitted.size}`;
}

function begin(settings: Readonly<Record<string, string>>): Trial {
  const name = Object.keys(settings)[0] ?? 'data';
  return (current = new Trial({ dataFolder: path.join(disk.folder, name), settings }));
}

async function losePower(trial: Trial): Promise<void> {
  await trial.write();
  await delay(chance.below(700));
  if (chance.happens(0.7)) trial.checkpoint();
  await delay(chance.below(300));
  await cut(trial);
}

async function cut(trial: Trial): Promise<void> {
  await disk.cut(trial.pids);
  await trial.killEverything();
  await disk.restore();
  await trial.start();
}

async function cleanUp(): Promise<void> {
  await current?.killEverything();
  await disk.remove();
  await rm(folder, { recursive: true, force: true });
}
