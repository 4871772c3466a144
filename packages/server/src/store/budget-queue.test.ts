import { expect, test } from 'vitest';
import { Queue } from './budget-queue.ts';

const never = new AbortController().signal;

test('who asks for one integration is served in turn with those who ask for another, however many these are (P8)', async () => {
  const served: string[] = [];
  let value = 0;
  // One at a time, as a slow tracker's budget gives them.
  const queue = new Queue(async () => ({ granted: [value++] }));
  const ask = (asker: string) => queue.next(never, asker).then(() => served.push(asker));
  const greedy = Array.from({ length: 20 }, () => ask('greedy'));
  const modest = Array.from({ length: 3 }, () => ask('modest'));
  await Promise.all([...greedy, ...modest]);
  expect(served.slice(0, 7)).toEqual(['greedy', 'modest', 'greedy', 'modest', 'greedy', 'modest', 'greedy']);
  expect(served).toHaveLength(23);
});
