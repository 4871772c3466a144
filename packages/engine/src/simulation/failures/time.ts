import { create, history, pass, run, set } from './failure.ts';
import type { NamedFailure } from './failure.ts';

const MINUTE = 60_000;

export const time: readonly NamedFailure[] = [
  {
    name: 'the tracker reads times in a search in its own zone',
    reason: 'A time without zone is taken for local time: of the account, or of the server.',
    source: 'https://github.com/airbytehq/airbyte/issues/48492',
    promise: 'P2',
    guard: {
      name: 'times are asked for in the zone that the tracker reads them in',
      file: 'connectors/src/memory/feed.ts',
      text: 'const local = localSince(instant, zone);',
      without: 'const local = instant;',
    },
    history: history([create('left'), run(), pass(MINUTE), set('left', 'title', 0), run()], {
      quirks: { left: { zone: { minutes: -480 } }, right: {} },
    }),
  },
  {
    name: 'an hour comes twice when the clocks go back',
    reason: 'A local time of that hour means two instants, and the tracker takes the later one.',
    source: 'https://github.com/beestat/app/issues/190',
    promise: 'P2',
    guard: {
      name: 'in an hour that comes twice, the earlier one is asked for',
      file: 'connectors/src/memory/zone.ts',
      text: 'return ahead === 0 ? local : toLocal(instant - ahead, zone);',
      without: 'return local;',
    },
    history: history(
      [
        create('left'),
        pass(10 * MINUTE),
        run(),
        create('left', 1),
        set('left', 'title', 0),
        pass(30 * MINUTE),
        run(),
      ],
      {
        quirks: {
          left: {
            zone: { minutes: 120, changes: { at: Date.parse('2026-01-01T00:20:00Z'), minutes: 60 } },
          },
          right: {},
        },
      },
    ),
  },
  {
    name: 'the tracker’s clock runs behind ours',
    reason: 'A watermark by our own clock lies in the tracker’s future.',
    source: 'https://github.com/dynos-fit/dynos-sync/pull/93',
    promise: 'P2',
    guard: {
      name: 'cursors are kept on the tracker’s clock',
      file: 'engine/src/run/tracker.ts',
      text: 'return ours + this.clockSkew();',
      without: 'return ours;',
    },
    history: history(
      [create('left'), pass(MINUTE), create('left', 1), run(), pass(20_000), set('left', 'title', 0), run()],
      { skew: { left: -5 * MINUTE, right: 0 } },
    ),
  },
];
