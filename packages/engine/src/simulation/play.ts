import { SIDES } from '../configuration/integration.ts';
import type { Side } from '../configuration/integration.ts';
import type { FaultKind, History, Step } from './history.ts';
import { judge } from './judge/judge.ts';
import { ALL_LIMITS } from './limits.ts';
import { ask } from './asked.ts';
import { find } from './people.ts';
import type { Moment } from './process.ts';
import { SimulatedWorld } from './simulated-world.ts';

export interface Outcome {
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly injected: ReadonlyMap<FaultKind, number>;
  /** What people and administrators did, and which quirks came into play, how often; see `KINDS`. */
  readonly met: ReadonlyMap<string, number>;
  readonly deepest: number;
  /** In the order in which the runs ended. */
  readonly runs: readonly { readonly moments: readonly Moment[]; readonly open: number }[];
}

/** Milliseconds between two steps. */
export const STEP = 700;

const HOUR = 3_600_000;
const PATIENCE = 40;

/** Plays a history, lets the storm clear, and judges what is there by what people did, with allowance for these limits. */
export async function play(history: History, limits = ALL_LIMITS): Promise<Outcome> {
  const world = new SimulatedWorld(history, limits);
  for (const step of history.steps) {
    world.pass(STEP);
    if ((step.kind !== 'run' && step.kind !== 'migrate') || !world.isPaused) await perform(world, step);
  }
  world.resume('all');
  for (const side of SIDES) {
    see(world, side);
    world.renewToken(side);
  }
  if (world.settings.migrates === true) await migrateTheRest(world);
  let quiet = 0;
  for (let round = 0; round < PATIENCE && quiet < 3; round += 1) {
    world.pass(HOUR);
    const before = world.written;
    await world.run();
    quiet = world.written === before ? quiet + 1 : 0;
  }
  const violations = quiet < 3 ? [`still writing after ${PATIENCE} calm runs (P3)`] : judge(world);
  const { trace, injected, met, deepest, told } = world;
  return { violations, trace, injected, met, deepest, runs: told };
}

/** The migration under way, and then what is older on either side. */
async function migrateTheRest(world: SimulatedWorld): Promise<void> {
  for (const from of [...SIDES, ...SIDES]) {
    for (let slice = 0; slice < PATIENCE; slice += 1) {
      world.pass(HOUR);
      if (await world.migrate({ from, alreadyMigrated: 'skip' })) break;
    }
  }
}

async function perform(world: SimulatedWorld, step: Step): Promise<void> {
  if (step.kind === 'run' || step.kind === 'migrate') world.reachEnabling();
  switch (step.kind) {
    case 'run':
      await world.run(step.faults);
      return;
    case 'migrate':
      await world.migrate({ from: step.from, alreadyMigrated: step.alreadyMigrated }, step.faults);
      return;
    case 'pass':
      world.pass(step.milliseconds);
      return;
    case 'policy':
      if (world.policy !== step.policy) world.count('policy changed');
      world.policy = step.policy;
      return;
    case 'map': {
      const { fields, options } = world.mapping;
      if (fields[step.field] !== step.direction)
        world.map({ fields: { ...fields, [step.field]: step.direction }, options });
      return;
    }
    case 'options':
      if (world.mapping.options !== step.table) world.map({ ...world.mapping, options: step.table });
      return;
    case 'wish':
      // Nothing is queued while it is disabled.
      if (!world.isPaused) ask(world, step);
      return;
    case 'renew token':
      world.renewToken(step.side);
      return;
    case 'pause':
      world.pause();
      return;
    case 'resume':
      world.resume(step.what ?? 'all');
      return;
    case 'blind':
      blind(world, step.side, step.item);
      return;
    case 'see':
      see(world, step.side, step.item);
      return;
    case 'backup':
      world.backUp(step.side);
      return;
    case 'return to backup':
      world.returnToBackup(step.side);
      return;
    default:
      world.person(step);
  }
}

function blind(world: SimulatedWorld, side: Side, item: number | undefined): void {
  const tracker = world.trackers[side];
  const id = item === undefined ? undefined : find(tracker, item);
  if (item === undefined) tracker.isBlind = true;
  else if (id !== undefined) {
    tracker.unseen.add(id);
    tracker.comeIntoSight.add(id);
    tracker.onceUnseen.add(id);
  }
  world.count('lost rights');
}

/** Gives the rights back: all of them, or those to one item. */
function see(world: SimulatedWorld, side: Side, item?: number): void {
  const tracker = world.trackers[side];
  const id = item === undefined ? undefined : find(tracker, item);
  if (id === undefined ? tracker.isBlind || tracker.unseen.size > 0 : tracker.unseen.has(id))
    world.count('rights returned');
  if (item === undefined) {
    tracker.isBlind = false;
    tracker.unseen.clear();
  } else if (id !== undefined) tracker.unseen.delete(id);
}
