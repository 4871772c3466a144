import { expect, it } from 'vitest';
import { weather } from '../testing/storm.ts';

it('loses and doubles nothing while answers are lost and the process dies (P1, P2, P3, P7, P8)', async () => {
  const violations: string[] = [];
  for (let seed = 1; seed <= 150; seed += 1) {
    for (const violation of await weather(seed)) violations.push(`seed ${seed}: ${violation}`);
  }
  expect(violations).toEqual([]);
});
