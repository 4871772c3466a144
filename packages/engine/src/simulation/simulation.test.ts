import { expect, it } from 'vitest';
import { generate } from './generate.ts';
import { play } from './play.ts';

it('keeps every promise through the storms of fixed seeds (P1–P8)', async () => {
  const violations: string[] = [];
  for (let seed = 0; seed < 400; seed += 1) {
    for (const violation of (await play(generate(seed))).violations)
      violations.push(`seed ${seed}: ${violation}`);
  }
  expect(violations).toEqual([]);
}, 60_000);

it('plays the same history the same way, byte for byte', async () => {
  for (const seed of [5, 977, 3726]) {
    const [first, second] = [await play(generate(seed)), await play(generate(seed))];
    expect(second.trace.join('\n')).toBe(first.trace.join('\n'));
    expect(first.trace.length).toBeGreaterThan(20);
  }
});
