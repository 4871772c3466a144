import { choose, create, history, pass, run, set } from './failure.ts';
import type { NamedFailure } from './failure.ts';

const DELETES = { settings: { deletion: { left: 'delete' } } } as const;

export const deletion: readonly NamedFailure[] = [
  {
    name: 'rights that were lost are read as deletions',
    reason: 'To an account without rights, items are as missing as if somebody had deleted them.',
    source: 'https://github.com/Destrayon/Connapse/issues/384',
    promise: 'P2',
    guard: {
      name: 'nothing counts as gone while the account sees nothing else either',
      file: 'engine/src/run/missing.ts',
      text: 'gone.missingSince !== undefined && (await canSee(work.context, side, gone.id))',
      without: 'gone.missingSince !== undefined',
    },
    history: history(
      [
        create('left'),
        create('left', 1),
        run(),
        { kind: 'blind', side: 'left' },
        set('right', 'title', 0),
        run(),
        pass(60_000),
        run(),
      ],
      { ...DELETES, quirks: { left: { versioning: 'exact' }, right: {} } },
    ),
  },
  {
    name: 'an item that is out of sight for a moment is deleted',
    reason: 'It is being moved, or its page was not complete: the next look finds it again.',
    source: 'https://github.com/carrotwaxr/peek-stash-browser/issues/367',
    promise: 'P2',
    guard: {
      name: 'a second look confirms that an item is gone',
      file: 'engine/src/run/missing.ts',
      text: 'gone.missingSince !== undefined && (await canSee(work.context, side, gone.id))',
      without: 'await canSee(work.context, side, gone.id)',
    },
    history: history(
      [
        create('left'),
        create('left', 1),
        run(),
        { kind: 'blind', side: 'left', item: 0 },
        set('right', 'title', 0),
        run(),
        { kind: 'see', side: 'left', item: 0 },
        run(),
      ],
      DELETES,
    ),
  },
  {
    name: 'a deletion is not told, and undone later',
    reason:
      'Lists of changes leave deleted items out. What is edited in the counterpart meanwhile has nowhere to go, and is no change any more when the item comes back.',
    source: 'https://github.com/apache/devlake/issues/9030',
    promise: 'P2',
    guard: {
      name: 'while an item is missing, its counterpart counts as not heard',
      file: 'engine/src/run/missing.ts',
      text: 'return withSide(after, other(side), { ...after[other(side)], isUnheard: true });',
      without: 'return after;',
    },
    history: history([
      create('left'),
      create('left', 1),
      run(),
      { kind: 'delete', side: 'left', by: 0, item: 0 },
      set('right', 'title', 0),
      run(),
      pass(60_000),
      set('left', 'due', 1, 1),
      run(),
      pass(60_000),
      { kind: 'restore', side: 'left', by: 0, item: 0 },
      run(),
    ]),
  },
  {
    name: 'a mass change goes through at once',
    reason:
      'A script, a bulk edit or a restored backup rewrites half of one side; the sync spreads it within a minute.',
    source: 'https://github.com/laurent22/joplin/issues/16165',
    promise: 'brake',
    guard: {
      name: 'a plan that overwrites too much waits for a person',
      file: 'engine/src/run/run.ts',
      text: '    await brakeMassChange(context);\n',
      without: '',
    },
    history: history(
      [
        ...[0, 1, 2, 3, 4].map((item) => create('left', item)),
        run(),
        ...[0, 1, 2, 3, 4].map((item) => set('left', 'title', item, item)),
        run(),
      ],
      { settings: { brakes: { share: 0.1, atLeast: 3 } } },
    ),
  },
  {
    name: 'a restored tracker gives an old version again',
    reason:
      'The tracker was set back to its backup and counts its versions on from there: the next edit has the version of one that was undone, and looks known.',
    source: 'https://github.com/owncloud/client/issues/2325',
    promise: 'P2',
    guard: {
      name: 'a version counts as known only with its time',
      file: 'engine/src/run/known-version.ts',
      text: 'return `${version} ${updatedAt}`;',
      without: 'return version;',
    },
    history: history(
      [
        create('left'),
        run(),
        pass(60_000),
        { kind: 'backup', side: 'left' },
        choose('left', 'priority', 2),
        pass(60_000),
        run(),
        { kind: 'return to backup', side: 'left' },
        set('left', 'due', 0),
        run(),
      ],
      { quirks: { left: { versioning: 'exact', countsVersions: true }, right: {} } },
    ),
  },
  {
    name: 'a restored tracker gives an old number again',
    reason:
      'An item of the time after the backup is gone, and the next new one gets its number: to whoever remembers numbers it is the old item with everything changed.',
    source: 'https://github.com/owncloud/client/issues/2325',
    promise: 'P2',
    guard: {
      name: 'an item that was made after the paired one was last seen is another',
      file: 'engine/src/run/sync-pair.ts',
      text: 'if (await isGivenAgain(work, seen)) return;',
      without: '',
    },
    history: history([
      { kind: 'backup', side: 'right' },
      create('left'),
      set('left', 'title', 0),
      run(),
      { kind: 'return to backup', side: 'right' },
      create('right', 1),
      run(),
    ]),
  },
];
