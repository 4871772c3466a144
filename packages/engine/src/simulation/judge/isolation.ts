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
  return world.told.flatMap(({ name, ended, moments, wasBlind }) =>
    wasBlind ||
    ended === 'succeeded' ||
    ended.startsWith('braked') ||
    !moments.every(({ fault }) => HARMLESS.includes(fault))
      ? []
      : [`${name} ${ended}, and nothing had gone wrong (P8)`],
  );
}
