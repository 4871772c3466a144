import { expect, test } from 'vitest';
import type { FaultKind, History } from './history.ts';
import { play } from './play.ts';

/** Left walks from open over doing to done; the walk is cut off after its first step. */
function cutOff(kind: FaultKind, on: string): History {
  return {
    seed: 1,
    quirks: { left: { workflow: true, answerHorizon: 1_000 }, right: {} },
    skew: { left: 0, right: 0 },
    steps: [
      { kind: 'create', side: 'left', by: 0, item: 0, visibility: 'public' },
      { kind: 'run', faults: [] },
      { kind: 'choose', side: 'right', by: 0, item: 0, field: 'status', choice: 2 },
      { kind: 'run', faults: [{ at: 0, on, kind }] },
    ],
  };
}

test.each([
  ['death after a call', 'left write'],
  ['answer lost after', 'left write'],
  ['death at a commit', 'commit settle'],
  ['death after a commit', 'commit settle'],
] as const)(
  'P2: a walk to a status that is cut off is ended, not taken for a change: %s',
  async (kind, on) => {
    const { violations, trace, injected } = await play(cutOff(kind, on));
    expect(injected.get(kind)).toBe(1);
    expect(trace.filter((line) => line.includes('"status":"doing"') && line.includes(' right '))).toEqual([]);
    expect(trace.some((line) => line.includes('left sync edit 1 {"status":"done"}'))).toBe(true);
    expect(violations).toEqual([]);
  },
);
