import { expect, it } from 'vitest';
import { generate } from './generate.ts';
import { KINDS } from './kinds.ts';
import { play } from './play.ts';

/** `.ci/run` plays the same seeds up to the last one, and as many fresh ones. */
const AT_LEAST = 200;
const AT_MOST = 1_500;

it('keeps every promise through the storms of fixed seeds, in which everything happens (P1–P8)', async () => {
  const violations: string[] = [];
  const happened = new Set<string>();
  const isMissing = (): boolean => KINDS.some((kind) => !happened.has(kind));
  for (let seed = 0; seed < AT_LEAST || (seed < AT_MOST && isMissing()); seed += 1) {
    const outcome = await play(generate(seed));
    for (const violation of outcome.violations) violations.push(`seed ${seed}: ${violation}`);
    for (const kind of [...outcome.injected.keys(), ...outcome.met.keys()]) happened.add(kind);
  }
  expect(violations).toEqual([]);
  expect([...happened].toSorted()).toEqual([...KINDS].toSorted());
}, 120_000);

it('plays the same history the same way, byte for byte', async () => {
  for (const seed of [5, 977, 3726]) {
    const [first, second] = [await play(generate(seed)), await play(generate(seed))];
    expect(second.trace.join('\n')).toBe(first.trace.join('\n'));
    expect(first.trace.length).toBeGreaterThan(20);
  }
});
