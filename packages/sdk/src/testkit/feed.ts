import { expect } from 'vitest';
import type { Cursor } from '../connector.ts';
import type { Item } from '../item.ts';
import type { Bench } from './bench.ts';
import type { Check } from './check.ts';
import { need } from './check.ts';

/** The change feed: nothing lost, nothing out of order. */
export const feedChecks = {
  'feed-is-complete-and-ascending': {
    promises: 'the feed gives every change since an instant, oldest first, each item as `get` gives it (P2)',
    async run(bench) {
      const first = await bench.create(bench.samples.create);
      await bench.tick();
      const made = [await bench.create(), await bench.create(), await bench.create()];
      await bench.tick();
      await bench.person.edit(first.id, bench.samples.change);
      await bench.settle();
      const seen = await bench.itemsSince(first.updatedAt);
      const times = seen.map((item) => item.updatedAt);
      expect(times, 'ascending by updatedAt').toEqual(times.toSorted((a, b) => a.localeCompare(b)));
      expect(seen.map((item) => item.id)).toEqual(
        expect.arrayContaining([...made.map((item) => item.id), first.id]),
      );
      for (const id of [first.id, ...made.map((item) => item.id)]) {
        const fromFeed = seen.findLast((item) => item.id === id);
        const read = await bench.get(id);
        expect(fromFeed?.version).toBe(read.version);
        expect(fromFeed?.fields).toEqual(read.fields);
      }
    },
  },
  'feed-starts-at-its-instant': {
    promises: 'a reading since an instant includes what changed at that very instant',
    async run(bench) {
      const item = await bench.create();
      await bench.settle();
      const ids = (await bench.itemsSince(item.updatedAt)).map(({ id }) => id);
      expect(ids).toContain(item.id);
    },
  },
  'feed-of-nothing-is-one-empty-page': {
    promises: 'when nothing changed the feed gives an empty page, so that success is told from silence',
    async run(bench) {
      const item = await bench.create();
      await bench.settle();
      const dayLater = new Date(Date.parse(item.updatedAt) + 86_400_000).toISOString();
      const pages = await bench.pages({ since: bench.samples.future ?? dayLater });
      expect(pages.length).toBeGreaterThanOrEqual(1);
      expect(pages.flatMap((page) => page.changes)).toEqual([]);
    },
  },
  'feed-loses-no-equal-timestamps': {
    promises:
      'items of one instant are all given, also where a reading is taken up again behind any page (P2)',
    async run(bench) {
      const made = await Promise.all(Array.from({ length: 7 }, () => bench.create()));
      await bench.settle();
      const since = oldest(made);
      const whole = await bench.pages({ since });
      const resumed = await readPageByPage(bench, since);
      for (const item of made) {
        expect(
          whole.flatMap((page) => page.changes).map((change) => idOf(change)),
          'one reading',
        ).toContain(item.id);
        expect(resumed, 'taken up behind each page').toContain(item.id);
      }
    },
  },
  'feed-continues-behind-its-cursor': {
    promises: 'a reading behind the last page gives what changed later, and not the whole scope again',
    async run(bench) {
      const early = await bench.create();
      await bench.tick();
      await bench.settle();
      const before = await bench.pages({ since: early.updatedAt });
      const after = before.at(-1)?.next ?? expect.fail('the feed gave no page');
      await bench.tick();
      const late = await bench.create();
      await bench.settle();
      const ids = (await bench.changes({ after })).map((change) => idOf(change));
      expect(ids).toContain(late.id);
      expect(ids).not.toContain(early.id);
    },
  },
  'feed-moves-with-a-comment': {
    promises: 'a person’s comment brings its item into the feed',
    async run(bench) {
      const comment = need(bench.person.comment, 'person who can comment (`person.comment`)');
      const item = await bench.create();
      await bench.tick();
      const marker = await bench.create();
      await bench.tick();
      await comment.call(bench.person, item.id, 'have a look');
      await bench.settle();
      const seen = (await bench.itemsSince(marker.updatedAt)).find(({ id }) => id === item.id);
      expect(seen, 'the item is in the feed').toBeDefined();
      expect(seen?.version).not.toBe(item.version);
    },
  },
} satisfies Record<string, Check>;

function oldest(items: readonly Item[]): string {
  return items.map((item) => item.updatedAt).reduce((left, right) => (left < right ? left : right));
}

function idOf(change: { readonly kind: 'item'; readonly item: Item } | { readonly id: string }): string {
  return 'item' in change ? change.item.id : change.id;
}

/** Every page by a reading of its own, as after a restart. */
async function readPageByPage(bench: Bench, since: string): Promise<readonly string[]> {
  const seen: string[] = [];
  let after: Cursor | undefined;
  for (let round = 0; round < 1_000; round += 1) {
    const from = after === undefined ? { since } : { after };
    let count = 0;
    for await (const page of bench.connector.items.changes(from, bench.signal)) {
      seen.push(...page.changes.map((change) => idOf(change)));
      count = page.changes.length;
      after = page.next;
      break;
    }
    if (count === 0) return seen;
  }
  return expect.fail('the feed never came to an end, taken up behind each page');
}
