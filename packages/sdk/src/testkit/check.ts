import type { Bench } from './bench.ts';

/** One promise that every connector keeps. */
export interface Check {
  /** The promise, as a sentence without a subject. */
  readonly promises: string;
  run(bench: Bench): Promise<void>;
}

/** The connector lacks what a check needs. Ends the check; a gap must say why. */
export class Lacking extends Error {
  constructor(what: string) {
    super(`${what}; if the tracker cannot have this, declare a gap for this check with the reason`);
    this.name = 'Lacking';
  }
}

/** The part of a connector that a check is about. */
export function need<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new Lacking(`the connector has no ${what}`);
  return part;
}
