import { history, run } from './failure.ts';
import type { NamedFailure } from './failure.ts';

const created = { kind: 'create', side: 'left', by: 0, item: 0, visibility: 'public' } as const;

export const lostAnswers: readonly NamedFailure[] = [
  {
    name: 'the answer to a creation is lost',
    reason: 'A time-out says nothing about whether the item was made; a retry makes it twice.',
    guard: {
      name: 'an unanswered create is looked for by its marker',
      file: 'engine/src/run/sync-new.ts',
      text: 'unanswered === undefined ? [] : await findCopies(context, unanswered)',
      without: '[] as Item[]',
    },
    history: history([created, run({ at: 0, on: 'right write', kind: 'answer lost after' })]),
  },
  {
    name: 'a comment arrives although its answer is lost',
    reason: 'Posting a comment again after a time-out is the commonest duplicate people report.',
    guard: {
      name: 'an unanswered comment is looked for before it is sent again',
      file: 'engine/src/run/recover.ts',
      text: 'part.hash === intent.fingerprint &&',
      without: 'false &&',
    },
    history: history([
      created,
      { kind: 'comment', side: 'left', by: 0, item: 0, mark: 0, visibility: 'public' },
      run({ at: 0, on: 'right comment', kind: 'answer lost after' }),
    ]),
  },
];
