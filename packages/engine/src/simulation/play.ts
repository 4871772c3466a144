import { SIDES } from '../configuration/integration.ts';
import type { FaultKind, History, Step } from './history.ts';
import { judge } from './judge/judge.ts';
import { act, find } from './people.ts';
import type { Moment } from './process.ts';
import { SimulatedWorld } from './simulated-world.ts';
import type { WatchedTracker } from './watched-tracker.ts';

export interface Outcome {
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly injected: ReadonlyMap<FaultKind, number>;
  readonly deepest: number;
  /** In the order in which the runs ended. */
  readonly runs: readonly { readonly moments: readonly Moment[]; readonly open: number }[];
}

const HOUR = 3_600_000;
const PATIENCE = 40;

/** Plays a history, lets the storm clear, and judges what is there by what people did. */
export async function play(history: History): Promise<Outcome> {
  const world = new SimulatedWorld(history);
  let isPaused = false;
  for (const step of history.steps) {
    world.pass(700);
    if (step.kind === 'pause') isPaused = true;
    else if (step.kind === 'resume') isPaused = false;
    else if (step.kind !== 'run' || !isPaused) await perform(world, step);
  }
  for (const side of SIDES) see(world.trackers[side]);
  let quiet = 0;
  for (let round = 0; round < PATIENCE && quiet < 3; round += 1) {
    world.pass(HOUR);
    const before = world.written;
    await world.run();
    quiet = world.written === before ? quiet + 1 : 0;
  }
  const violations = quiet < 3 ? [`still writing after ${PATIENCE} calm runs (P3)`] : judge(world);
  const { trace, injected, deepest, told } = world;
  return { violations, trace, injected, deepest, runs: told };
}

async function perform(world: SimulatedWorld, step: Step): Promise<void> {
  switch (step.kind) {
    case 'run':
      await world.run(step.faults);
      return;
    case 'pass':
      world.pass(step.milliseconds);
      return;
    case 'policy':
      world.policy = step.policy;
      return;
    case 'pause':
    case 'resume':
      return;
    case 'blind':
    case 'see':
      (step.kind === 'blind' ? blind : see)(world.trackers[step.side], step.item);
      return;
    case 'backup':
    case 'return to backup':
      return;
    default:
      act(step, world.trackers[step.side]);
  }
}

function blind(tracker: WatchedTracker, item: number | undefined): void {
  if (item === undefined) tracker.isBlind = true;
  else tracker.unseen.add(find(tracker, item) ?? '');
}

function see(tracker: WatchedTracker, item?: number): void {
  if (item === undefined) {
    tracker.isBlind = false;
    tracker.unseen.clear();
  } else tracker.unseen.delete(find(tracker, item) ?? '');
}
