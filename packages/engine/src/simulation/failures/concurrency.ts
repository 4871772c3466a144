import { at, choose, comment, create, history, meanwhile, reword, run, set } from './failure.ts';
import type { NamedFailure } from './failure.ts';

export const concurrency: readonly NamedFailure[] = [
  {
    name: 'a worker that seemed dead wakes up and writes',
    reason:
      'Its lease ran out while it stood still; another took over, and looked for a write that was yet to come.',
    source: 'https://github.com/rq/rq-scheduler/issues/312',
    promise: 'P1',
    guard: {
      name: 'a write of a silent worker is waited for',
      file: 'engine/src/run/unanswered.ts',
      text: 'const STALL = 15_000;',
      without: 'const STALL = 0;',
    },
    history: history([create('left'), run(at('right write', 'second worker'))]),
  },
  {
    name: 'a worker waits for its turn, and stands still then',
    reason: 'What was noted before the wait makes its write look too old to be still on its way.',
    promise: 'P1',
    guard: {
      name: 'after a wait, the intent says again when the write goes out',
      file: 'engine/src/run/unanswered.ts',
      text: 'if (context.clock.now() > Date.parse(opened.sentAt) + FRESH) opened = await open(context, intent);',
      without: '',
    },
    history: history([
      create('left'),
      run(at('right write', 'rate limit'), at('right write', 'second worker', 1)),
    ]),
  },
  {
    name: 'both items of a pair are worked on at the same time',
    reason: 'Two changes, two workers, one pair: each sends what the other just sent.',
    source: 'https://github.com/getsentry/sentry-cocoa/pull/8144',
    promise: 'P1',
    guard: {
      name: 'the changes of one pair are worked on one after the other',
      file: 'engine/src/run/apply.ts',
      text: 'pairs[change.side].get(change.id)?.id ??\n',
      without: '(context.options.id && `${change.side}:${change.id}`) ??\n',
    },
    history: history(
      [
        create('left'),
        run(),
        choose('left', 'priority', 2),
        choose('right', 'priority', 2),
        comment('left', 0),
        run(),
      ],
      { quirks: { left: { versioning: 'exact' }, right: { versioning: 'exact' } } },
    ),
  },
  {
    name: 'somebody writes between our reading and our writing',
    reason: 'The tracker has no way to say “only if unchanged”; the person’s value is replaced unseen.',
    source: 'https://github.com/mozilla-services/server-syncstorage/issues/7',
    promise: 'P4',
    guard: {
      name: 'what our write replaced is compared with what we had read',
      file: 'engine/src/run/write-fields.ts',
      text: 'replaced !== undefined && !field.same(side, replaced, before)',
      without: 'false',
    },
    history: history(
      [
        create('left'),
        run(),
        set('left', 'title', 0),
        run(meanwhile('right write', set('right', 'title', 1))),
      ],
      { quirks: { left: {}, right: { versioning: 'exact' } } },
    ),
  },
  {
    name: 'an old row of the list is taken for news',
    reason:
      'Both items changed. The first was synced and written to the second, whose row was read before that.',
    source: 'https://github.com/laravel/cashier-paddle/pull/313',
    promise: 'P3',
    guard: {
      name: 'a row older than what is known is read again',
      file: 'engine/src/run/sync-item.ts',
      text: '(pair === undefined || !known.touched.has(pair.id))) {\n    if (\n      base === undefined ||',
      without: 'true) {\n    if (\n      true ||',
    },
    history: history([create('left'), run(), set('left', 'title', 0), set('right', 'due', 1), run()], {
      quirks: { left: {}, right: { versioning: 'exact' } },
    }),
  },
  {
    name: 'an update whose answer is lost overwrites without a trace',
    reason: 'It took effect; since nobody was told, nobody wrote down what it replaced.',
    source: 'https://github.com/rmusser01/tldw_chatbook/pull/1922',
    promise: 'P4',
    guard: {
      name: 'what an unanswered write replaced is written down when it is found',
      file: 'engine/src/run/recover.ts',
      text: 'journalOf(intent, item.fields, isUntouched(tracker, intent, item)),',
      without: '[],',
    },
    history: history([
      create('left'),
      run(),
      set('left', 'title', 0),
      run(at('right write', 'answer lost after')),
    ]),
  },
  {
    name: 'the process dies between a write and the record of the item',
    reason:
      'The record is written when the item is done, and what was overwritten on the way is lost with it.',
    promise: 'P4',
    guard: {
      name: 'each write and what it replaced are stored in one transaction',
      file: 'engine/src/run/work.ts',
      text: '...(this.journal.length === 0 && this.parts.length === 0 ? {} : { underWay: this.record() }),',
      without: '',
    },
    history: history([
      create('left'),
      run(),
      set('left', 'title', 0),
      run(at('commit settle', 'death after a commit')),
    ]),
  },
  {
    name: 'the process dies with one half of a merge written',
    reason:
      'Both texts changed and were merged; one side has the result, and looks as if nobody else had edited.',
    promise: 'P7',
    guard: {
      name: 'a merged text is agreed on only when both sides have it',
      file: 'engine/src/run/write-fields.ts',
      text: 'target[targetId] = plan.accepted?.[side] ?? null;',
      without: 'target[targetId] = stored;',
    },
    history: history([
      create('left'),
      run(),
      reword('left', 0, 1),
      reword('right', 2, 2),
      run(at('commit settle', 'death after a commit')),
    ]),
  },
  {
    name: 'the process dies right after it decided a conflict',
    reason: 'The losing value was overwritten, and the record of it would have been written afterwards.',
    promise: 'P2',
    guard: {
      name: 'a conflict is stored before the losing value is overwritten',
      file: 'engine/src/run/write-fields.ts',
      text: 'if (conflicts.length > 0) await work.step({ conflicts });',
      without: '',
    },
    history: history([
      create('left'),
      run(),
      set('left', 'title', 0),
      set('right', 'title', 1),
      run(at('left write', 'death after a call')),
    ]),
  },
  {
    name: 'an item disappears with an unanswered update on it',
    reason: 'Whether the update took effect cannot be asked any more, and what it replaced is forgotten.',
    promise: 'P4',
    guard: {
      name: 'an unanswered update of an item that is not there is written down, and waits for its return',
      file: 'engine/src/run/recover.ts',
      text: 'if (item === undefined) return leaveUpdate(context, intent, pair);',
      without:
        'if (item === undefined) {\n    await context.store.closeIntent(intent.id);\n    return true;\n  }',
    },
    history: history([
      create('left'),
      run(),
      set('left', 'title', 0),
      run(at('right write', 'answer lost after')),
      { kind: 'blind', side: 'right', item: 0 },
      run(),
    ]),
  },
];
