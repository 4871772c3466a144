import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Chance } from '../../packages/engine/src/testing/chance.ts';
import { type Death, die, drawDeaths } from './deaths.ts';
import type { Options } from './options.ts';
import { losePower, type PowerLoss } from './power/power-loss.ts';
import { type Figures, type Settings, Trial, type TrialOptions } from './trial.ts';

export interface Result extends Figures {
  readonly kills: number;
  readonly deaths: Readonly<Record<string, number>>;
  /** Two servers were started at the same moment so often, and so often one of them was refused. */
  readonly startedTwice: number;
  readonly refused: number;
  readonly powerLoss: PowerLoss;
  /** Stores that do lose: what the same proof found with them. Empty words: it was blind. */
  readonly controls: Readonly<Record<string, string>>;
  readonly settings: Settings;
  readonly seed: number;
}

/** Without these a commit can be acknowledged before it is on the disk, or torn. */
const NEEDED: Settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  data_checksums: 'on',
};

/** Each takes one thing away, and dies so that it matters. */
const CONTROLS: Readonly<Record<string, Omit<TrialOptions, 'dataFolder'>>> = {
  'told before the commit': { early: true },
  'synchronous_commit=off': { settings: { synchronous_commit: 'off', wal_writer_delay: '10s' } },
};

/** A death can come at a moment when nothing is at stake, even for these. */
const CONTROL_DEATHS = 3;

export async function prove(options: Options, tell: (line: string) => void): Promise<Result> {
  const { kills, cuts, seed } = options;
  const chance = new Chance(seed);
  const deaths = drawDeaths(chance, kills);
  const trial = await inFolder({}, async (it) => {
    tell(`started with ${describe(it.settings)}`);
    for (const death of deaths) {
      await die(it, death, chance);
      tell(`kill -9: ${death.padEnd(22)} ${describe({ ...it.figures() })}`);
    }
  });
  const controls: Record<string, string> = {};
  for (const [name, how] of Object.entries(CONTROLS)) {
    const { faults, lost } = await inFolder(how, async (it) => {
      for (let death = 0; death < CONTROL_DEATHS && it.faults === 0; death++)
        await die(it, 'everything', chance);
    });
    controls[name] = faults === 0 ? '' : `lost ${lost.size}`;
    tell(`control, ${name}: ${controls[name] || 'nothing was noticed'}`);
  }
  const powerLoss = await losePower(seed, cuts);
  tell(`power cuts: ${JSON.stringify(powerLoss)}`);
  return {
    kills,
    deaths: countOf(deaths),
    ...trial.figures(),
    startedTwice: trial.starts,
    refused: trial.refused,
    powerLoss,
    controls,
    settings: trial.settings,
    seed,
  };
}

/** What stands against the promise, in words; nothing where it was kept. */
export function faultsOf({ powerLoss, controls, settings, ...result }: Result): string[] {
  const isFaulty = (it: Figures): boolean => it.lost + it.halfCommitted + it.duplicated > 0;
  return [
    ...(isFaulty(result) ? ['kill -9 harmed what was committed'] : []),
    ...('why' in powerLoss || !isFaulty(powerLoss) ? [] : ['a power cut harmed what was committed']),
    ...('control' in powerLoss && powerLoss.control === '' ? ['a loss by power cut goes unnoticed'] : []),
    ...Object.entries(controls).flatMap(([name, words]) =>
      words === '' ? [`a loss goes unnoticed: ${name}`] : [],
    ),
    ...Object.entries(NEEDED).flatMap(([name, value]) =>
      settings[name] === value ? [] : [`${name} is ${settings[name]}`],
    ),
  ];
}

async function inFolder(
  options: Omit<TrialOptions, 'dataFolder'>,
  work: (trial: Trial) => Promise<void>,
): Promise<Trial> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-prove-store-'));
  const trial = new Trial({ ...options, dataFolder: folder });
  try {
    await trial.start();
    await work(trial);
    await trial.stop();
    return trial;
  } finally {
    await trial.killEverything();
    await rm(folder, { recursive: true, force: true });
  }
}

function countOf(deaths: readonly Death[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const death of deaths) counts[death] = (counts[death] ?? 0) + 1;
  return counts;
}

function describe(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
