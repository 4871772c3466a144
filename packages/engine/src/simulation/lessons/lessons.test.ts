import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { History } from '../history.ts';
import { play } from '../play.ts';

/** Histories in which a promise was broken once, by the seed that found them (see CHANGELOG.md). */
const lessons = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.json'))
  .map(
    (name) =>
      JSON.parse(readFileSync(`${import.meta.dirname}/${name}`, 'utf8')) as History & {
        readonly teaches: string;
      },
  );

it.each(lessons)('keeps what seed $seed taught: $teaches', async (lesson) => {
  expect((await play(lesson)).violations).toEqual([]);
});
