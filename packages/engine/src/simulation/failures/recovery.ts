import { at, create, history, pass, run, set } from './failure.ts';
import type { NamedFailure } from './failure.ts';
import type { WishStep } from '../history.ts';

function ask(wish: WishStep['wish'], from: WishStep['from'] = 'left'): WishStep {
  return { kind: 'wish', wish, item: 0, from };
}

export const recovery: readonly NamedFailure[] = [
  {
    name: 'somebody asks for a creation again whose answer was lost',
    reason: 'It looks failed, and is not: the item is there, and the search does not show it yet.',
    promise: 'P1',
    guard: {
      name: 'a recreation waits as any other until the index must have caught up',
      file: 'engine/src/run/sync-new.ts',
      text: 'unanswered !== undefined && isTooEarly(context, unanswered, lookedAt)',
      without: 'false',
    },
    history: history([create('left'), run(at('right write', 'answer lost after')), ask('recreate'), run()], {
      quirks: { left: {}, right: { indexLag: 30_000 } },
    }),
  },
  {
    name: 'what was undone on one side comes to the other as an edit',
    reason:
      'The value that was written back differs from what both sides had agreed on, so it looks like a change.',
    promise: 'P4',
    guard: {
      name: 'both sides are agreed on what they hold after an undo',
      file: 'engine/src/run/write-fields.ts',
      text: "else target[targetId] = verdict === 'edited' ? wanted : stored;",
      without: "else if (because === undefined) target[targetId] = verdict === 'edited' ? wanted : stored;",
    },
    history: history([
      create('left'),
      run(),
      set('left', 'title', 0),
      run(),
      pass(90_000),
      ask('undo', 'newest'),
      run(),
      run(),
    ]),
  },
  {
    name: 'an undo takes away what somebody has written since',
    reason: 'It writes back what was there before, whatever stands there now.',
    promise: 'P4',
    guard: {
      name: 'only what the sync wrote is undone',
      file: 'engine/src/plan/decide-field.ts',
      text: 'if (field.same(side, present, newest)) return back(present);',
      without: 'return back(newest);',
    },
    history: history([
      create('left'),
      run(),
      set('left', 'title', 0),
      run(),
      set('right', 'title', 1),
      ask('undo', 'newest'),
      run(),
    ]),
  },
  {
    name: 'a conflict is resolved as it was, and a newer value is gone',
    reason: 'Somebody went on working while another one looked at the two values and decided.',
    promise: 'P4',
    guard: {
      name: 'a side that holds another value by now refuses the resolution',
      file: 'engine/src/plan/decide-field.ts',
      text: 'if (recorded.some((one) => isHeld(field, side, one, present))) continue;',
      without: 'continue;',
    },
    history: history([
      create('left'),
      { kind: 'policy', policy: 'ask' },
      run(),
      set('left', 'title', 0),
      set('right', 'title', 1),
      run(),
      ask('resolve', 'right'),
      set('left', 'title', 2),
      run(),
    ]),
  },
];
