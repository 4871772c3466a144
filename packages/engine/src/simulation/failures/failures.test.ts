import { expect, it } from 'vitest';
import { play } from '../play.ts';
import { FAILURES } from './index.ts';

it('each failure has a name of its own', () => {
  expect(new Set(FAILURES.map(({ name }) => name)).size).toBe(FAILURES.length);
});

/** With its guard; `npm run guards` plays each without it as well, and then it must break its promise. */
it.each(FAILURES)('$promise: $name', async (failure) => {
  const violations = 'play' in failure ? await failure.play() : (await play(failure.history)).violations;
  expect(violations).toEqual([]);
});
