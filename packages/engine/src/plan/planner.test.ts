import { expect, it } from 'vitest';
import { runPlannerCase } from '../testing/planner-case.ts';

// `.ci/run` plans many more, from fresh seeds.
it('converges from any three-way state, and the second plan is empty (P3, P7)', () => {
  const violations = Array.from({ length: 200 }, (_, seed) => runPlannerCase(seed)).filter(
    (one) => one !== undefined,
  );
  expect(violations).toEqual([]);
}, 60_000);
