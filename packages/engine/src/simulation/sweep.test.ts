import { expect, it } from 'vitest';
import type { History } from './history.ts';
import { play } from './play.ts';
import { describe, isStruck, lacking, pointsOf, withFault } from './sweep.ts';
import { REFERENCE } from './sweep-reference.ts';

const small: History = {
  seed: 1,
  quirks: { left: { versioning: 'compare-and-set' }, right: { versioning: 'timestamp', marker: false } },
  skew: { left: 0, right: 0 },
  steps: [
    { kind: 'create', side: 'left', by: 0, item: 0, visibility: 'public' },
    { kind: 'comment', side: 'left', by: 0, item: 0, mark: 0, visibility: 'public' },
    { kind: 'run', faults: [] },
    { kind: 'pass', milliseconds: 20_000 },
    { kind: 'title', side: 'right', by: 1, item: 0, mark: 1 },
    { kind: 'due', side: 'left', by: 0, item: 0, mark: 2 },
    { kind: 'run', faults: [] },
  ],
};

it('keeps every promise whatever goes wrong at every moment of a small history (P1–P7)', async () => {
  const counted = await play(small);
  expect(counted.violations).toEqual([]);
  const points = pointsOf(small, counted);
  const violations: string[] = [];
  for (const point of points) {
    const outcome = await play(withFault(small, point));
    if (!isStruck(outcome, point)) violations.push(`${describe(point)} did not happen`);
    violations.push(...outcome.violations.map((one) => `${describe(point)}: ${one}`));
  }
  expect(violations).toEqual([]);
  expect(points.length).toBe(2 * counted.runs.slice(0, 2).flatMap(({ moments }) => moments).length);
}, 60_000);

it('has a reference that keeps every promise and uses every kind of call and commit', async () => {
  const outcomes = [];
  for (const history of REFERENCE) outcomes.push(await play(history));
  expect(outcomes.map(({ violations }) => violations)).toEqual([[], []]);
  expect(lacking(outcomes)).toEqual([]);
  expect(lacking(outcomes.slice(0, 1))).toContain('right find');
});
