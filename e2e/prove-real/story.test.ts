import { expect, it } from 'vitest';
import { Chance } from './chance.ts';
import { readOptions } from './options.ts';
import { writeStory } from './story.ts';
import type { Deed } from './story.ts';

const flat = (deed: Deed): readonly Deed[] => (deed.kind === 'both' ? deed.deeds : [deed]);

it('is the same for the same seed, and another for another', () => {
  const write = (seed: number) => writeStory(new Chance(seed), 60, 20);
  expect(write(7)).toEqual(write(7));
  expect(write(8)).not.toEqual(write(7));
});

it('makes as many items on each side as asked, kills as often, and does everything that people do', () => {
  const story = writeStory(new Chance(7), 60, 20);
  const deeds = [...story.first, ...story.rounds.flatMap((it) => it.deeds.map(({ deed }) => deed))];
  const made = deeds.filter((it) => it.kind === 'create');
  expect(made.filter((it) => it.side === 'redmine')).toHaveLength(60);
  expect(made.filter((it) => it.side === 'rt')).toHaveLength(60);
  expect(new Set(made.map((it) => it.token)).size).toBe(120);
  expect(story.rounds).toHaveLength(20);
  expect(new Set(story.rounds.map((it) => it.database))).toEqual(new Set([true, false]));
  const kinds = new Set(deeds.flatMap(flat).map((it) => it.kind));
  expect(kinds).toEqual(new Set(['create', 'edit', 'rewrite', 'comment', 'attach']));
  const edited = deeds.flatMap(flat).flatMap((it) => (it.kind === 'edit' ? Object.keys(it.values) : []));
  expect(new Set(edited)).toEqual(new Set(['title', 'status', 'priority', 'assignee', 'severity', 'due']));
});

it('never touches an item before it is made', () => {
  const story = writeStory(new Chance(3), 20, 5);
  const known = new Set<string>();
  for (const deed of [
    ...story.first,
    ...story.rounds.flatMap((it) => it.deeds.map((one) => one.deed)),
  ].flatMap(flat)) {
    if (deed.kind === 'both') continue;
    if (deed.kind === 'create') known.add(deed.token);
    else expect(known).toContain(deed.token);
  }
});

it.each([
  ['--items', '0'],
  ['--kills', 'x'],
  ['--seed', '-1'],
  ['--what', '1'],
])('refuses %s %s and says how it is used', (...args) => {
  expect(() => readOptions(args)).toThrow(/npm run prove:real/);
});

it('reads its options, and takes a seed of its own', () => {
  expect(readOptions(['--', '--items', '6', '--kills', '0', '--seed', '9', '--json'])).toEqual({
    items: 6,
    kills: 0,
    seed: 9,
    faults: false,
    json: true,
  });
  expect(readOptions([])).toMatchObject({ items: 60, kills: 20, faults: false, json: false });
  expect(readOptions(['--faults'])).toMatchObject({ faults: true });
});
