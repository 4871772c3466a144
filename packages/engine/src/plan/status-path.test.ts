import { expect, it } from 'vitest';
import { statusPath, whyNoPath } from './status-path.ts';

const WORKFLOW = { new: ['open'], open: ['done', 'new'], done: ['closed'], closed: [], lost: ['won'] };
const title = (id: string): string => id.toUpperCase();

it('takes the shortest way', () => {
  expect(statusPath(WORKFLOW, undefined, 'new', 'closed')).toEqual(['open', 'done', 'closed']);
  expect(statusPath(undefined, ['done'], 'new', 'done')).toEqual(['done']);
});

it.each([
  // The account may not take the first step that the workflow has.
  [
    WORKFLOW,
    ['lost'],
    'done',
    /can go to “LOST”, though the workflow goes on over “OPEN”/,
    /right to move items from “NEW” to “OPEN”/,
  ],
  [WORKFLOW, undefined, 'lost', /no transition leads to “LOST”/, /Add a transition/],
  [
    WORKFLOW,
    undefined,
    'won',
    /“WON” is entered from “LOST” only, which cannot be reached/,
    /Add a transition/,
  ],
  [undefined, [], 'done', /move it nowhere from “NEW”/, /Allow the transition to “DONE”/],
])('says what is missing where there is no way (%#)', (workflow, allowed, to, reason, remedy) => {
  expect(statusPath(workflow, allowed, 'new', to)).toBeUndefined();
  const told = whyNoPath(workflow, allowed, 'new', to, title);
  expect(told.reason).toMatch(reason);
  expect(told.remedy).toMatch(remedy);
});
