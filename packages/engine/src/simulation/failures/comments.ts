import { at, attach, choose, comment, create, history, pass, run, set } from './failure.ts';
import type { NamedFailure } from './failure.ts';

export const comments: readonly NamedFailure[] = [
  {
    name: 'a comment arrives although its answer is lost',
    reason: 'Posting a comment again after a time-out is the commonest duplicate people report.',
    source: 'https://github.com/Tracer-Cloud/opensre/pull/5269',
    promise: 'P1',
    guard: {
      name: 'an unanswered comment or file is looked for before it is sent again',
      file: 'engine/src/run/recover.ts',
      text: 'part.hash === intent.fingerprint &&',
      without: 'false &&',
    },
    history: history([create('left'), comment('left', 0), run(at('right comment', 'answer lost after'))]),
  },
  {
    name: 'the process dies between a comment and its record',
    reason: 'The comment is there, and nothing here says that it is ours.',
    source: 'https://github.com/remenoscodes/git-native-issue/issues/117',
    promise: 'P1',
    guard: {
      name: 'an unanswered comment or file is looked for before it is sent again',
      file: 'engine/src/run/recover.ts',
      text: 'part.hash === intent.fingerprint &&',
      without: 'false &&',
    },
    history: history([create('left'), comment('left', 0), run(at('right comment', 'death after a call'))]),
  },
  {
    name: 'the process dies between a file and its record',
    reason: 'As with comments; and an upload takes longer, so it is met more often.',
    promise: 'P1',
    guard: {
      name: 'an unanswered comment or file is looked for before it is sent again',
      file: 'engine/src/run/recover.ts',
      text: 'part.hash === intent.fingerprint &&',
      without: 'false &&',
    },
    history: history([create('left'), attach('left', 0), run(at('right file', 'death after a call'))]),
  },
  {
    name: 'our own comments are imported again',
    reason: 'The copy of a comment is a comment like any other to whoever lists them next.',
    source: 'https://github.com/paperclipai/paperclip/pull/2008',
    promise: 'P1',
    guard: {
      name: 'what was carried is remembered on both sides, comment by comment',
      file: 'engine/src/run/carry-parts.ts',
      text: "if (!isKnown('comment', comment.id))",
      without: "if (from === 'right' || !isKnown('comment', comment.id))",
    },
    history: history([create('left'), comment('left', 0), run(), run()]),
  },
  {
    name: 'our own files are imported again',
    reason: 'As with comments.',
    source: 'https://github.com/somebox/jira-tracker-for-trello/issues/1',
    promise: 'P1',
    guard: {
      name: 'what was carried is remembered on both sides, file by file',
      file: 'engine/src/run/carry-parts.ts',
      text: "if (!isKnown('attachment', attachment.id))",
      without: "if (from === 'right' || !isKnown('attachment', attachment.id))",
    },
    history: history([create('left'), attach('left', 0), run(), run()]),
  },
  {
    name: 'a comment of ours without an answer is echoed',
    reason:
      'The other item changed as well, so its comments are looked through: the one that was just sent is among them, and not known as ours yet.',
    source: 'https://github.com/paperclipai/paperclip/pull/2008',
    promise: 'P1',
    guard: {
      name: 'comments and files of an item wait while one of ours is unanswered there',
      file: 'engine/src/run/carry-parts.ts',
      text: 'if (unanswered.length > 0) {',
      without: 'if (false) {',
    },
    history: history([
      create('left'),
      run(),
      comment('left', 0),
      set('right', 'due', 1),
      run(at('right comment', 'answer lost after')),
    ]),
  },
  {
    name: 'a comment that is still on its way is sent again',
    reason: 'It is not listed yet, because it has not arrived yet.',
    promise: 'P1',
    guard: {
      name: 'a comment or file counts as not arrived only once it cannot arrive any more',
      file: 'engine/src/run/recover.ts',
      text: 'if (found === undefined) {\n    if (isTooEarly(context, intent, lookedAt)) return false;',
      without: 'if (found === undefined) {',
    },
    history: history([create('left'), comment('left', 0), run(at('right comment', 'second worker'))]),
  },
  {
    name: 'a comment is overlooked because the item was seen for another reason',
    reason:
      'The item was read to carry a field over, its version is noted as dealt with, and its new comment never comes up again.',
    promise: 'P2',
    guard: {
      name: 'a version counts as dealt with only where its comments and files were looked through',
      file: 'engine/src/run/sync-item.ts',
      text: '({ side }) => side === work.origin || (work.parked.length === 0 && work.lookedThrough.has(side))',
      without: '() => true',
    },
    history: history(
      [
        create('left'),
        run(),
        choose('left', 'priority', 2),
        choose('right', 'priority', 2),
        comment('right', 1),
        run(),
      ],
      {
        quirks: { left: {}, right: { parts: false, versioning: 'exact' } },
      },
    ),
  },
  {
    name: 'an item is out of sight while a comment on it is unanswered',
    reason: 'The comment cannot be looked for now; given up, it is sent again when the item is back.',
    promise: 'P1',
    guard: {
      name: 'an unanswered comment or file waits for the return of its item',
      file: 'engine/src/run/recover.ts',
      text: "if (isWaiting && pair.state === 'active' && !isForgotten(context, intent)) return false;",
      without: 'if (isWaiting) {\n    await context.store.closeIntent(intent.id);\n    return true;\n  }',
    },
    history: history([
      create('left'),
      run(),
      comment('left', 0),
      run(at('right comment', 'answer lost after')),
      { kind: 'blind', side: 'right', item: 0 },
      pass(60_000),
      run(),
      pass(60_000),
      run(),
      { kind: 'see', side: 'right', item: 0 },
      run(),
    ]),
  },
];
