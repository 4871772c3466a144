import { at, create, does, history, meanwhile, pass, run, set } from './failure.ts';
import type { NamedFailure } from './failure.ts';

const NO_MARKER = { quirks: { left: {}, right: { marker: false } } } as const;

export const creation: readonly NamedFailure[] = [
  {
    name: 'the answer to a creation is lost',
    reason: 'A time-out says nothing about whether the item was made; a retry makes it twice.',
    source: 'https://github.com/nikrich/hungry-ghost-hive/pull/356',
    promise: 'P1',
    guard: {
      name: 'an unanswered creation is looked for before it is tried again',
      file: 'engine/src/run/unanswered.ts',
      text: '.filter((item) => !paired.has(item.id))',
      without: '.filter(() => false)',
    },
    history: history([create('left'), run(at('right write', 'answer lost after'))]),
  },
  {
    name: 'a gateway answers a creation with a page of HTML',
    reason:
      'What stands between us and the tracker speaks for itself when it is tired of waiting: an error page, although the tracker has done the work.',
    source: 'https://github.com/aluxnimm/outlookcaldavsynchronizer/issues/387',
    promise: 'P1',
    guard: {
      name: 'only the clear word of the tracker counts as “not done”',
      file: 'engine/src/run/unanswered.ts',
      text: "error instanceof ConnectorError && error.kind !== 'ambiguous' && error.kind !== 'protocol'",
      without: 'error instanceof ConnectorError',
    },
    history: history([create('left'), run(at('right write', 'web page'))]),
  },
  {
    name: 'created and answered, but the link is not saved',
    reason: 'The process ends between the answer of the tracker and the commit of the pair.',
    source: 'https://github.com/yegor256/0pdd/issues/40',
    promise: 'P1',
    guard: {
      name: 'the intent is stored before the write goes out',
      file: 'engine/src/run/unanswered.ts',
      text: '  await context.store.openIntent(opened);\n',
      without: '',
    },
    history: history([create('left'), run(at('commit settle', 'death at a commit'))]),
  },
  {
    name: 'the item is made, and cannot be read back',
    reason:
      'Many trackers answer a write with no more than a number. The reading that follows can fail on its own, with an error that looks as if nothing had been done.',
    promise: 'P1',
    guard: {
      name: 'a failure to read back is no failure to write',
      file: 'sdk/src/read-back.ts',
      text: "if (!(error instanceof ConnectorError) || error.kind === 'ambiguous' || error.kind === 'protocol')",
      without: 'if (true)',
    },
    history: history([create('left'), run({ at: 0, on: 'right readBack', kind: 'connection refused' })]),
  },
  {
    name: 'the search does not show yet what was just made',
    reason: 'Search is answered from an index that runs behind; “not found” is no proof.',
    source: 'https://github.com/getsentry/sentry-cocoa/pull/8144',
    promise: 'P1',
    guard: {
      name: 'nothing is made again before the index must have caught up',
      file: 'engine/src/run/sync-new.ts',
      text: 'unanswered !== undefined && isTooEarly(context, unanswered, lookedAt)',
      without: 'false',
    },
    history: history([create('left'), run(at('right write', 'answer lost after')), run()], {
      quirks: { left: {}, right: { indexLag: 30_000 } },
    }),
  },
  {
    name: 'news of the copy come before the link is stored',
    reason:
      'The tracker tells of the item that we just made, by webhook or by its list of changes, and nothing here knows yet whose copy it is. It is taken for new and sent back.',
    source: 'https://github.com/openwallet-foundation/acapy/issues/3659',
    promise: 'P1',
    guard: {
      name: 'an item that carries our marker is paired, not copied',
      file: 'engine/src/run/sync-new.ts',
      text: '  if (await adoptByMarker(work, whole, item, seen)) return;\n',
      without: '',
    },
    history: history([
      create('left'),
      run(at('right write', 'death after a call')),
      run(at('left list', 'rate limit')),
    ]),
  },
  {
    name: 'news of the copy come from a tracker that keeps no marker',
    reason: 'Where the tracker has no field for a marker, our own item looks like anybody’s.',
    source: 'https://github.com/remenoscodes/git-native-issue/issues/169',
    promise: 'P1',
    guard: {
      name: 'without a marker, our copy is known by what we sent',
      file: 'engine/src/run/unanswered.ts',
      text: "if (context.trackers[side].connector.limits.marker !== 'none') return undefined;",
      without: 'return undefined;',
    },
    history: history(
      [create('left'), run(at('right write', 'death after a call')), run(at('left list', 'rate limit'))],
      NO_MARKER,
    ),
  },
  {
    name: 'the original is out of sight when its copy is found',
    reason: 'Without its original, a copy of ours looks like a new item, and is sent back as one.',
    promise: 'P1',
    guard: {
      name: 'a copy is paired even with an original that is not there',
      file: 'engine/src/run/sync-new.ts',
      text: '    await adoptAlone(work, type, item, sourceId, intent);\n    return true;',
      without: '    return false;',
    },
    history: history([
      create('left'),
      run(at('right write', 'death after a call')),
      { kind: 'blind', side: 'left', item: 0 },
      run(),
    ]),
  },
  {
    name: 'somebody edits the copy at the moment it is made',
    reason: 'What is read back after the creation is not what was sent, and counts as ours.',
    promise: 'P2',
    guard: {
      name: 'what others changed in a copy since is their edit',
      file: 'engine/src/run/sync-new.ts',
      text: 'return item.updatedBy.id !== self?.id;',
      without: 'return false;',
    },
    history: history([create('left'), run(meanwhile('right readBack', set('right', 'title', 1)))]),
  },
  {
    name: 'the intent is given up before its item was looked at',
    reason: 'A retry that tidies up its notes first has nothing left to recognise the copy by.',
    promise: 'P1',
    guard: {
      name: 'an unanswered creation stays open until its item is paired',
      file: 'engine/src/run/recover.ts',
      text: 'if (!paired && !isForgotten(context, intent)) return false;',
      without: '',
    },
    history: history([create('left'), run(at('right write', 'answer lost after'))], NO_MARKER),
  },
  {
    name: 'the copy is deleted, and an old row of the list brings it back',
    reason: 'Rows that were read before the deletion are worked on after it.',
    promise: 'P1',
    guard: {
      name: 'our earlier copy is not paired again once it is gone',
      file: 'engine/src/run/sync-new.ts',
      text: 'if (paired !== undefined) return isDeletedCopy(work, item);',
      without: 'if (paired !== undefined) return false;',
    },
    history: history([
      create('left'),
      run(at('right write', 'death after a call')),
      pass(60_000),
      run(meanwhile('right find', does('right', 'delete'))),
    ]),
  },
];
