import { expect, test } from 'vitest';
import { faultsOf } from './prove.ts';
import type { Result } from './prove.ts';

const none = { acknowledged: 10, lost: 0, halfCommitted: 0, duplicated: 0, untold: 1 };
const well: Result = {
  ...none,
  kills: 1,
  deaths: { backend: 1 },
  startedTwice: 2,
  refused: 2,
  powerLoss: { ...none, cuts: 1, control: 'lost 3' },
  controls: { 'told before the commit': 'lost 1' },
  settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', data_checksums: 'on' },
  seed: 1,
};

test('finds nothing against a store that keeps what it acknowledged', () => {
  expect(faultsOf(well)).toEqual([]);
  expect(faultsOf({ ...well, powerLoss: { cuts: 0, why: 'not root' } })).toEqual([]);
});

test.each<[string, Partial<Result>]>([
  ['a lost commit', { lost: 1 }],
  ['half a commit', { halfCommitted: 1 }],
  ['a commit that is there twice', { duplicated: 1 }],
  ['a loss by a power cut', { powerLoss: { ...none, cuts: 1, control: 'lost 3', lost: 1 } }],
  ['a power cut that would lose nothing anywhere', { powerLoss: { ...none, cuts: 1, control: '' } }],
  ['a control that loses and is not caught', { controls: { 'told before the commit': '' } }],
  ['a setting that is off', { settings: { ...well.settings, fsync: 'off' } }],
])('tells of %s', (_what, changed) => {
  expect(faultsOf({ ...well, ...changed })).toHaveLength(1);
});
