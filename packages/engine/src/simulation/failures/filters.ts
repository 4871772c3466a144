import { choose, create, does, history, pass, run, set } from './failure.ts';
import type { NamedFailure } from './failure.ts';

export const filters: readonly NamedFailure[] = [
  {
    name: 'an item leaves the filter and returns',
    reason:
      'What changed on the other side meanwhile was left out, rightly; on its return nobody looks back.',
    promise: 'P2',
    guard: {
      name: 'while an item is held back, its counterpart counts as not heard',
      file: 'engine/src/run/sync-pair.ts',
      text: '{ ...after[other(side)], isUnheard: true }',
      without: '{ ...after[other(side)] }',
    },
    history: history([
      create('left'),
      run(),
      does('left', 'leave'),
      pass(60_000),
      run(),
      set('right', 'title', 0),
      pass(60_000),
      run(),
      does('left', 'enter'),
      run(),
    ]),
  },
  {
    name: 'an item that left the filter is written all the same',
    reason: 'Only the item that changed is held against its filter, not the one that would be written.',
    source: 'https://docs.idalko.com/exalate/display/ED/Triggering+a+synchronization+for+JIRA',
    promise: 'P5',
    guard: {
      name: 'both items of a pair are held against their filters',
      file: 'engine/src/run/sync-pair.ts',
      text: 'if (await isHeldBack(work, seen)) return;',
      without: '',
    },
    history: history([
      create('left'),
      run(),
      does('left', 'leave'),
      pass(60_000),
      run(),
      pass(60_000),
      run(),
      set('right', 'title', 0),
      run(),
    ]),
  },
  {
    name: 'a one-way field is written the other way',
    reason: 'A two-way sync that knows directions only for whole integrations.',
    promise: 'P5',
    guard: {
      name: 'a field goes only where its mapping says',
      file: 'engine/src/plan/plan-field.ts',
      text: "if (!field.carries(to, 'update')) return SETTLED;",
      without: '',
    },
    history: history([create('left'), run(), choose('right', 'severity', 1), run()]),
  },
];
