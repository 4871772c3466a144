import type { Item } from '@lockstep/sdk';
import { describe, expect, it } from 'vitest';
import { behindPage, cutPage, PAGE, placeOf } from './feed.ts';
import type { Place, Row } from './feed.ts';

const BASE = Date.parse('2026-01-02T03:04:05Z') / 1000;
const row = (id: number, second: number): Row => ({
  id,
  updated_on: new Date((BASE + second) * 1000).toISOString(),
});

/** What Redmine would answer: from a second earlier than asked, in an order of its own within a second. */
function list(all: readonly Row[], at: Place): readonly Row[] {
  const second = (one: Row): number => Date.parse(one.updated_on) / 1000;
  if (at.behind === undefined) {
    const from = all.filter((one) => second(one) >= at.second - 1);
    return from.toSorted((a, b) => second(a) - second(b) || b.id - a.id).slice(0, PAGE);
  }
  const { behind } = at;
  const crowd = all.filter(
    (one) => second(one) >= at.second && second(one) <= at.second + 1 && one.id > behind,
  );
  return crowd.toSorted((a, b) => a.id - b.id).slice(0, PAGE);
}

function readAll(all: readonly Row[], since: number): readonly Row[] {
  const read: Row[] = [];
  let at: Place = { second: since };
  for (let pages = 0; pages < 100; pages += 1) {
    const page = cutPage(list(all, at), at);
    read.push(...page.rows);
    if (page.last) return read;
    at = page.next;
  }
  throw new Error('the feed has no end');
}

describe('the change feed', () => {
  it('reads every issue once, however they share their seconds', () => {
    for (const perSecond of [1, 7, 99, 100, 101, 250]) {
      const all = Array.from({ length: 420 }, (_, index) => row(index + 1, Math.floor(index / perSecond)));
      const read = readAll(all, BASE);
      expect(
        read.map((one) => one.id).toSorted((a, b) => a - b),
        `${perSecond} a second`,
      ).toEqual(all.map((one) => one.id));
      expect(read).toEqual(read.toSorted((a, b) => a.updated_on.localeCompare(b.updated_on) || a.id - b.id));
    }
  });

  it('leaves out the second before, which Redmine lists too', () => {
    const all = Array.from({ length: 120 }, (_, index) => row(index + 1, index < 110 ? 0 : 1));
    expect(readAll(all, BASE + 1).map((one) => one.id)).toEqual(all.slice(110).map((one) => one.id));
  });

  it('starts at the whole second before an instant', () => {
    expect(placeOf({ since: '2026-01-02T03:04:05.900Z' })).toEqual({ second: BASE });
  });

  it('remembers what it gave of the second that may go on', () => {
    const item = (id: string, second: number, version: string) =>
      ({ id, version, updatedAt: new Date((BASE + second) * 1000).toISOString() }) as Item;
    const next = { second: BASE + 1 };
    const behind = behindPage(next, [item('1', 0, 'a'), item('2', 1, 'b')], { second: BASE });
    expect(behind).toEqual({ second: BASE + 1, given: { 2: 'b' } });
    expect(behindPage(next, [item('3', 1, 'c')], behind).given).toEqual({ 2: 'b', 3: 'c' });
  });

  it('gives a page even where nothing changed', () => {
    expect(cutPage([], { second: BASE })).toEqual({ rows: [], next: { second: BASE }, last: true });
  });
});
