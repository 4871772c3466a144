import type { Integration, Run } from '@lockstep/api';
import { expect, test } from 'vitest';
import { healthOf } from './health.ts';

const now = Date.parse('2026-01-02T12:00:00.000Z');
const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
const integration: Integration = {
  id: 'i',
  name: 'one',
  enabled: true,
  enabledAt: ago(600),
  interval: 300,
  document: {},
};
const run = (outcome: Run['outcome'], minutes: number): Run => ({
  id: String(minutes),
  integration: 'one',
  trigger: 'schedule',
  startedAt: ago(minutes),
  outcome,
  ...(outcome === 'failed' ? { message: 'the key is wrong' } : {}),
});

test.each([
  ['healthy', {}, [run('succeeded', 1)], 0, /went well/],
  ['disabled', { enabled: false }, [run('failed', 1)], 3, /switched off/],
  ['new', { enabledAt: ago(1) }, [], 0, /first run/],
  ['late', {}, [], 0, /never/],
  ['late', {}, [run('succeeded', 16)], 0, /three intervals/],
  ['running', {}, [run('running', 1), run('succeeded', 6)], 0, /under way/],
  ['failing', {}, [run('failed', 1), run('braked', 6), run('succeeded', 11)], 0, /the key is wrong/],
  ['healthy', {}, [run('succeeded', 1), run('failed', 6)], 0, /went well/],
  ['failing', {}, [run('running', 1), run('failed', 6), run('failed', 11)], 0, /the key is wrong/],
  ['degraded', {}, [run('succeeded', 1)], 2, /2 parked items wait/],
] as const)('%s (%#)', (health, more, runs, parked, reason) => {
  const found = healthOf({ integration: { ...integration, ...more }, runs, parked, now });
  expect(found.health).toBe(health);
  expect(found.reason).toMatch(reason);
});

test('a run that waits for a rate limit is told as waiting, with the connection', () => {
  const standing = { integration, parked: 0, now, limited: 'jira' };
  expect(healthOf({ ...standing, runs: [run('running', 1)] })).toEqual({
    health: 'waiting',
    reason: 'the tracker of connection “jira” asked to wait (rate limit)',
  });
  expect(healthOf({ ...standing, runs: [run('succeeded', 1)] }).health).toBe('healthy');
});
