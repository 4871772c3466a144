import { expect, test } from 'vitest';
import { intervalFloor, intervalOf } from './profile.ts';

test.each([
  ['cloud', {}, 180, 'this server runs with the profile “cloud”'],
  ['data-center', {}, 60, 'this server runs with the profile “data-center”'],
  ['on-premise', {}, 0, 'this server runs with the profile “on-premise”'],
  ['data-center', { left: 30_000, right: 300_000 }, 300, 'the tracker on the right side tolerates no less'],
  ['on-premise', { left: 10_000 }, 10, 'the tracker on the left side tolerates no less'],
  ['cloud', { left: 10_000 }, 180, 'this server runs with the profile “cloud”'],
] as const)('the floor of %s with trackers of %j is %i s', (profile, floors, seconds, because) => {
  const { left, right } = { left: undefined, right: undefined, ...floors };
  expect(intervalFloor(profile, { left, right })).toEqual({ seconds, because });
});

test('what was saved below the floor of the profile runs at it', () => {
  expect(intervalOf({ interval: 5 }, 'cloud')).toBe(180);
  expect(intervalOf({ interval: 600 }, 'cloud')).toBe(600);
});
