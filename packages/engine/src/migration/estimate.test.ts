import { describe, expect, it } from 'vitest';
import { estimateMigration } from './estimate.ts';
import { NO_PACE, paced } from './pace.ts';
import type { Pace } from './pace.ts';
import { BEGINNING, remaining } from './position.ts';

const nothing = { written: 0, requests: { left: 0, right: 0 }, milliseconds: 0 };
const moving = (pace: Pace, toWrite: number) =>
  remaining({ ...BEGINNING, phase: 'moving', counted: { examined: 0, chosen: 0, toWrite }, pace });

/** So many items, one every so many milliseconds. */
function after(pace: Pace, items: number, each: number): Pace {
  let reached = pace;
  for (let done = 0; done < items; done += 1) reached = paced(reached, 1, (reached.at ?? 0) + each);
  return reached;
}

describe('the time to go', () => {
  it('follows from the pace', () => {
    expect(remaining(BEGINNING)).toBeUndefined();
    expect(moving(NO_PACE, 100)).toBeUndefined();
    expect(moving(after(NO_PACE, 501, 100), 1_000)).toBeCloseTo(499 * 100, -3);
    expect(remaining({ ...BEGINNING, phase: 'done' })).toBe(0);
    expect(moving(after(NO_PACE, 30, 100), 20)).toBe(0);
  });

  it('follows from how it goes of late more than from how it went', () => {
    const slower = after(after(NO_PACE, 5_000, 100), 5_000, 300);
    expect(moving(slower, 20_000)).toBeGreaterThan(10_000 * 290);
    expect(moving(slower, 20_000)).toBeLessThan(10_000 * 300);
  });

  it('does not count pauses and the time for which nobody moved anything', () => {
    const before = after(NO_PACE, 100, 100);
    const paused = paced(before, 1, (before.at ?? 0) + 3_600_000);
    const { at: _dead, ...killed } = before;
    for (const pace of [after(paused, 100, 100), after({ ...killed, at: 9_000_000 }, 100, 100)])
      expect(moving(pace, 1_000)).toBeLessThan(900 * 101);
  });
});

describe('the estimate', () => {
  it('assumes where too little is known, within what both connections may send', () => {
    expect(estimateMigration('left', { pages: 2, writes: 100 }, nothing, { left: 10, right: 10 })).toEqual({
      requests: { left: 104, right: 300 },
      seconds: 30,
      basis: 'assumed',
    });
    expect(
      estimateMigration('right', { pages: 2, writes: 100 }, nothing, { left: 100, right: 1 }),
    ).toMatchObject({
      requests: { left: 300, right: 104 },
      seconds: 104,
    });
  });

  it('goes by what earlier runs needed', () => {
    const measured = { written: 50, requests: { left: 25, right: 200 }, milliseconds: 50_000 };
    expect(estimateMigration('left', { pages: 1, writes: 1_000 }, measured, { left: 20, right: 20 })).toEqual(
      {
        requests: { left: 502, right: 4_000 },
        seconds: 1_000,
        basis: 'measured',
      },
    );
  });
});
