import { expect, it } from 'vitest';
import { fromLocal, localSince, toLocal } from './zone.ts';

const HOUR = 3_600_000;
const CHANGE = Date.parse('2026-10-25T01:00:00.000Z');

it.each([
  ['an hour comes twice', { minutes: 120, changes: { at: CHANGE, minutes: 60 } }],
  ['an hour is left out', { minutes: 60, changes: { at: CHANGE, minutes: 120 } }],
  ['nothing changes', { minutes: -330 }],
])('asks for no later time than meant, and little earlier, where %s (P2)', (_, zone) => {
  for (let at = CHANGE - 4 * HOUR; at < CHANGE + 4 * HOUR; at += HOUR / 6) {
    const asked = fromLocal(localSince(at, zone), zone);
    expect(asked).toBeLessThanOrEqual(at);
    expect(at - asked).toBeLessThanOrEqual(HOUR);
  }
});

it('reads a local time that comes twice as the later instant', () => {
  const zone = { minutes: 120, changes: { at: CHANGE, minutes: 60 } };
  expect(fromLocal(toLocal(CHANGE - HOUR / 2, zone), zone)).toBe(CHANGE + HOUR / 2);
});
