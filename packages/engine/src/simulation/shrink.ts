import type { History, Step } from './history.ts';
import { play } from './play.ts';

/** The shortest history found that still violates: steps, then faults, are left out as long as it does. */
export async function shrink(history: History): Promise<History> {
  let shortest = history;
  for (let size = Math.ceil(history.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < shortest.steps.length;) {
      const shorter = without(shortest, at, size);
      if (await violates(shorter)) shortest = shorter;
      else at += size;
    }
  }
  for (const [index, step] of shortest.steps.entries()) {
    if (step.kind !== 'run' && step.kind !== 'migrate') continue;
    for (const fault of step.faults) {
      const present = shortest.steps[index] as Extract<Step, { readonly kind: 'run' | 'migrate' }>;
      const fewer: Step = { ...present, faults: present.faults.filter((one) => one !== fault) };
      const shorter = { ...shortest, steps: shortest.steps.with(index, fewer) };
      if (await violates(shorter)) shortest = shorter;
    }
  }
  return shortest;
}

function without(history: History, at: number, size: number): History {
  return { ...history, steps: history.steps.toSpliced(at, size) };
}

async function violates(history: History): Promise<boolean> {
  return (await play(history)).violations.length > 0;
}
