import { at, create, history, meanwhile, pass, run, set } from './failure.ts';
import type { NamedFailure } from './failure.ts';

const MINUTE = 60_000;

export const changesFeed: readonly NamedFailure[] = [
  {
    name: 'the watermark passes an item that is not indexed yet',
    reason: 'The list is answered from an index that runs behind; the next reading begins behind the change.',
    source: 'https://github.com/airbytehq/airbyte/issues/80152',
    promise: 'P2',
    guard: {
      name: 'each reading goes back by the lag of the index',
      file: 'engine/src/run/tracker.ts',
      text: '- timestampStep * 2 - indexLag - MARGIN',
      without: '- timestampStep * 2 - MARGIN',
    },
    history: history(
      [
        create('left'),
        pass(MINUTE),
        run(),
        pass(MINUTE),
        run(),
        create('left', 1),
        pass(15_000),
        set('left', 'title', 0),
        pass(20_000),
        run(),
      ],
      { quirks: { left: { indexLag: 30_000 }, right: {} } },
    ),
  },
  {
    name: 'minutes are all the resolution there is',
    reason:
      'What changes later in a minute that was read already is stamped with the beginning of that minute.',
    source: 'https://github.com/singer-io/tap-jira/pull/15',
    promise: 'P2',
    guard: {
      name: 'each reading goes back by the step of the tracker’s timestamps',
      file: 'engine/src/run/tracker.ts',
      text: '- timestampStep * 2 - indexLag - MARGIN',
      without: '- indexLag - MARGIN',
    },
    history: history(
      [
        create('left'),
        create('left', 1),
        pass(2 * MINUTE),
        run(),
        set('left', 'due', 0),
        pass(20_000),
        run(),
        set('left', 'title', 1, 1),
        run(),
      ],
      { quirks: { left: { timestampStep: MINUTE }, right: {} } },
    ),
  },
  {
    name: 'two edits share a timestamp',
    reason:
      'Where the time of the last change is all there is to tell versions by, the second edit looks known.',
    source: 'https://github.com/airbytehq/airbyte/issues/14732',
    promise: 'P2',
    guard: {
      name: 'a version counts as known only when no later change can share it',
      file: 'engine/src/run/detect.ts',
      text: 'known !== undefined && known.firm &&',
      without: 'known !== undefined &&',
    },
    history: history(
      [create('left'), run(), pass(2 * MINUTE), set('left', 'title', 0), run(), set('left', 'due', 1), run()],
      { quirks: { left: { timestampStep: MINUTE, versioning: 'timestamp' }, right: {} } },
    ),
  },
  {
    name: 'items sharing a timestamp are cut in two by a page',
    reason:
      'A full page ends within a second; “everything after its last timestamp” leaves the rest of it out.',
    source: 'https://github.com/airbytehq/airbyte/issues/14732',
    promise: 'P2',
    guard: {
      name: 'the last second of a full page is read again',
      file: 'connectors/src/redmine/feed.ts',
      text: 'return { rows: whole, next: { second }, last: false };',
      without: 'return { rows: sorted, next: { second: second + 1 }, last: false };',
    },
    play: async () => {
      const { cutPage, PAGE } = await import('../../../../connectors/src/redmine/feed.ts');
      const rows = Array.from({ length: 2 * PAGE }, (_, index) => ({
        id: index + 1,
        updated_on: new Date(Math.floor(index / 7) * 1_000).toISOString(),
      }));
      const read = new Set<number>();
      let at: Parameters<typeof cutPage>[1] = { second: 0 };
      for (let isLast = false; !isLast;) {
        const from = at.second;
        const listed = rows.filter((row) => Date.parse(row.updated_on) / 1_000 >= from).slice(0, PAGE);
        const page = cutPage(listed, at);
        for (const { id } of page.rows) read.add(id);
        isLast = page.last;
        at = page.next;
      }
      return rows.length === read.size ? [] : [`${rows.length - read.size} of ${rows.length} are lost (P2)`];
    },
  },
  {
    name: 'the pages drift while they are read',
    reason: 'An item of the first page changes and moves to the end; every row behind it moves up by one.',
    source: 'https://github.com/airbytehq/airbyte/issues/21500',
    promise: 'P2',
    guard: {
      name: 'a page begins behind the last item, not behind a number of rows',
      file: 'connectors/src/memory/feed.ts',
      text: 'return readPage(tracker, at, size);',
      without: `const all = readPage(tracker, from, 1_000_000);
      const start = from.rows ?? 0;
      from.rows = start + size;
      return { ...all, changes: all.changes.slice(start, from.rows) };`,
    },
    history: history(
      [
        ...[0, 1, 2, 3].map((item) => create('left', item)),
        pass(MINUTE),
        run(meanwhile('left list', set('left', 'title', 0), 1)),
      ],
      { quirks: { left: { pageSize: 2 }, right: {} } },
    ),
  },
  {
    name: 'a refused list is taken for an empty one',
    reason: 'The token was rotated, the answer is 401, and “no changes since” moves on.',
    source: 'https://github.com/music-assistant/server/pull/3648',
    promise: 'P2',
    guard: {
      name: 'a list that failed ends the run before any cursor is kept',
      file: 'engine/src/run/detect.ts',
      text: '      failed.abort();\n      throw error;',
      without: "      found[side] = { fingerprint: '', since: instant(context.clock.now()) };",
    },
    history: history([create('left'), pass(MINUTE), run(at('left list', 'token expired'))]),
  },
  {
    name: 'an account that lost its rights is shown an empty list',
    reason: 'Trackers answer 200 with nothing in it; what changes meanwhile is passed by.',
    source: 'https://github.com/Destrayon/Connapse/issues/384',
    promise: 'P2',
    guard: {
      name: 'an empty list does not move the cursor',
      file: 'engine/src/run/detect.ts',
      text: 'if (isEmpty) return',
      without: 'if (false) return',
    },
    history: history([
      create('left'),
      run(),
      pass(MINUTE),
      { kind: 'blind', side: 'left' },
      set('left', 'title', 0),
      pass(MINUTE),
      run(),
      { kind: 'see', side: 'left' },
      run(),
    ]),
  },
  {
    name: 'a refusal in the middle of a list ends it',
    reason:
      'The third page was refused and tried again, by a reader that is at its end for good: it says “no more pages”.',
    promise: 'P2',
    guard: {
      name: 'after a refusal, a new reader goes on behind the last page',
      file: 'engine/src/run/tracker.ts',
      text: '          feed = undefined;\n',
      without: '',
    },
    history: history(
      [
        ...[0, 1, 2, 3].map((item) => create('left', item)),
        pass(MINUTE),
        run(at('left list', 'rate limit', 1)),
      ],
      { quirks: { left: { pageSize: 2 }, right: {} } },
    ),
  },
];
