import { expect, it } from 'vitest';
import { generate } from './generate.ts';
import { KINDS } from './kinds.ts';
import { play } from './play.ts';

// `.ci/run` plays many more, fixed ones in which everything must happen and fresh ones.
it('keeps every promise through the storms of fixed seeds (P1–P8)', async () => {
  const violations: string[] = [];
  const happened = new Set<string>();
  for (let seed = 0; seed < 80; seed += 1) {
    const outcome = await play(generate(seed));
    for (const violation of outcome.violations) violations.push(`seed ${seed}: ${violation}`);
    for (const kind of [...outcome.injected.keys(), ...outcome.met.keys()]) happened.add(kind);
  }
  expect(violations).toEqual([]);
  expect(KINDS).toEqual(expect.arrayContaining([...happened]));
  expect(happened.size).toBeGreaterThan(KINDS.length / 2);
}, 120_000);

it('plays the same history the same way, byte for byte', async () => {
  for (const seed of [5, 977, 3726]) {
    const [first, second] = [await play(generate(seed)), await play(generate(seed))];
    expect(second.trace.join('\n')).toBe(first.trace.join('\n'));
    expect(first.trace.length).toBeGreaterThan(20);
  }
});
