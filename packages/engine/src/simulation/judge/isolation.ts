import { SIDES } from '../../configuration/integration.ts';
import type { FaultKind } from '../history.ts';
import type { SimulatedWorld } from '../simulated-world.ts';

const HARMLESS: readonly (FaultKind | undefined)[] = [
  undefined,
  'delay',
  'rate limit',
  'rate limit without a time',
  'person meanwhile',
];

/** P8: a run in which nothing went wrong, but for waiting and what people did, comes to its end. */
export function isolation(world: SimulatedWorld): string[] {
  const isTakenOver = ({ began, at, name }: SimulatedWorld['told'][number]): boolean =>
    world.told.some((later) => later.name !== name && later.began >= began && later.began <= at);
  return world.told.flatMap((told) => {
    const { name, ended, moments, wasBlind } = told;
    return wasBlind ||
      isTakenOver(told) ||
      ended === 'succeeded' ||
      hasMetNumberGivenAgain(world, ended) ||
      ended.startsWith('braked') ||
      !moments.every(({ fault }) => HARMLESS.includes(fault))
      ? []
      : [`${name} ${ended}, and nothing had gone wrong (P8)`];
  });
}

/** The limit of numbers given again: two copies meet at one number, and the next run tells them apart. */
function hasMetNumberGivenAgain(world: SimulatedWorld, ended: string): boolean {
  return (
    world.limits.has('numbers given again') &&
    ended.includes('is in pair') &&
    SIDES.some((side) => world.trackers[side].freed.size > 0)
  );
}
