import { expect, it } from 'vitest';
import { isWell, type Findings } from './story.ts';
import { openTrackers, person } from './trackers.ts';

const trackers = openTrackers();
for (const tracker of [trackers.helpdesk, trackers.workshop])
  for (const title of ['a', 'b']) tracker.create(person(tracker, 'alice'), { title });

const good: Findings = {
  pairs: 2,
  created: { left: 1, right: 1 },
  edited: 3,
  merged: 1,
  conflicts: 1,
  comments: 1,
  files: 1,
  leaked: 0,
  secondRunWrites: 0,
};

it('is well when all of the story happened', () => {
  expect(isWell(good, trackers)).toBe(true);
});

it.each<Partial<Findings>>([
  { pairs: 1 },
  { created: { left: 0, right: 2 } },
  { created: { left: 2, right: 1 } },
  { edited: 2 },
  { merged: 0 },
  { conflicts: 0 },
  { comments: 2 },
  { files: 0 },
  { leaked: 1 },
  { secondRunWrites: 1 },
])('is not well with %o', (found) => {
  expect(isWell({ ...good, ...found }, trackers)).toBe(false);
});
