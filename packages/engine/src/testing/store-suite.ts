import type { Item } from '@lockstep/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Side } from '../configuration/integration.ts';
import type { Conflict, SyncRecord } from '../ports/records.ts';
import { LeaseLost } from '../ports/store.ts';
import type { DetectedChange, Settlement, Store } from '../ports/store.ts';
import { at, full, intent, later, nothing, pair } from './store-records.ts';
import type { StoreUnderTest } from './store-under-test.ts';
import { itKeepsWishes } from './wish-suite.ts';

const WRITES: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  settle: (store) => store.settle(full),
  saveCursors: (store) => store.saveCursors({ left: { fingerprint: 'f', since: at } }),
  openIntent: (store) => store.openIntent(intent('i2')),
  closeIntent: (store) => store.closeIntent('i1'),
  spool: (store) => store.spool([{ side: 'left', id: '1', why: 'retry' }]),
  log: (store) => store.log(full.log),
};

/** What every store promises the engine; the simulated one must not be kinder than the real one. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the store ${name}`, () => {
    let under: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      under = await open();
      store = await under.begin('run-1');
    });
    afterEach(() => under.close());

    itKeepsWishes(() => ({ under, store }));

    it('keeps all that one item leaves behind', async () => {
      await store.openIntent(intent('i1'));
      await store.settle(full);
      expect((await store.pairs('left', ['1', 'none'])).get('1')).toEqual(full.pair);
      expect((await store.pairs('right', ['9'])).get('9')).toEqual(full.pair);
      expect(await store.countPairs()).toBe(1);
      expect(await store.parts('p1')).toEqual(full.parts);
      expect(await store.parts('p2')).toEqual([]);
      expect((await store.ledger('left', ['1', '2'])).get('1')).toEqual(full.ledger[0]);
      expect((await store.parked('left', ['2'])).get('2')).toEqual(full.parked[0]);
      expect(await store.openIntents()).toEqual([]);
      expect(await under.syncs()).toMatchObject([full.sync]);
      expect(await under.conflicts()).toEqual(full.conflicts);
      expect(await under.log()).toMatchObject([{ text: 'made\uFFFD', at, item: { side: 'left', id: '1' } }]);
    });

    it('settles all or nothing (P1, P2)', async () => {
      await store.openIntent(intent('i1'));
      await store.settle({ ...nothing, pair: pair('p0', '7', '8') });
      const broken: Partial<Settlement>[] = [
        { log: [{ level: 'info', at: 'no instant', text: '' }] },
        { parked: [{ side: 'left', id: '2', key: '', kind: '', reason: '', attempts: 1, nextTry: 'never' }] },
        { sync: { ...(full.sync as SyncRecord), at: 'no instant' } },
        { pair: pair('p1', '7', '9') },
        { pair: pair('p1', '1', '8') },
      ];
      for (const part of broken) await expect(store.settle({ ...full, ...part })).rejects.toThrow();
      const { pair: _pair, ...orphan } = full;
      await expect(store.settle(orphan)).rejects.toThrow();
      expect(await store.countPairs()).toBe(1);
      expect((await store.pairs('left', ['1'])).size + (await store.pairs('right', ['9'])).size).toBe(0);
      expect((await store.ledger('left', ['1'])).size + (await store.parked('left', ['2'])).size).toBe(0);
      expect(await store.parts('p1')).toEqual([]);
      expect(await store.openIntents()).toHaveLength(1);
      expect([await under.syncs(), await under.conflicts(), await under.log()]).toEqual([[], [], []]);
    });

    it('replaces what it knows: pair, part by its key, ledger, parked', async () => {
      await store.settle(full);
      const changed = { ...pair('p1', '1', '9'), streak: 3, lastWritten: 'left' as const };
      const part = {
        kind: 'comment',
        left: { id: 'l', hash: 'new' },
        right: { id: 'r', hash: 'new' },
      } as const;
      const file = { ...part, kind: 'attachment' as const };
      await store.settle({
        ...nothing,
        pair: changed,
        ledger: [{ side: 'left', id: '1', version: 'v2', firm: false, skipped: 'ALL: closed' }],
        parts: [part, file, { ...file, right: { id: 'r2', hash: 'h' } }],
        parked: [{ side: 'left', id: '2', key: '#2', kind: 'rejected', reason: 'still', attempts: 2 }],
      });
      await store.settle({ ...nothing, pair: changed, parts: [part, part] });
      expect((await store.pairs('left', ['1'])).get('1')).toEqual(changed);
      expect(await store.countPairs()).toBe(1);
      expect(await store.parts('p1')).toEqual([file, { ...file, right: { id: 'r2', hash: 'h' } }, part]);
      const entry = (await store.ledger('left', ['1'])).get('1');
      expect(entry).toEqual({ side: 'left', id: '1', version: 'v2', firm: false, skipped: 'ALL: closed' });
      const parked = (await store.parked('left', ['2'])).get('2');
      expect(parked).toEqual({
        side: 'left',
        id: '2',
        key: '#2',
        kind: 'rejected',
        reason: 'still',
        attempts: 2,
      });
    });

    it('puts no item into two pairs, and lets one go that its pair has left (P1)', async () => {
      await store.settle({ ...nothing, pair: pair('p1', '1', '9') });
      await expect(store.settle({ ...nothing, pair: pair('p2', '1', '8') })).rejects.toThrow(/pair_left/);
      await expect(store.settle({ ...nothing, pair: pair('p2', '2', '9') })).rejects.toThrow(/pair_right/);
      await store.settle({ ...nothing, pair: pair('p1', '1', '10') });
      await store.settle({ ...nothing, pair: pair('p2', '2', '9') });
      expect((await store.pairs('right', ['9', '10'])).get('9')?.id).toBe('p2');
      expect(await store.countPairs()).toBe(2);
    });

    it('tells some active pairs, the latest first', async () => {
      for (const id of ['1', '3', '2']) await store.settle({ ...nothing, pair: pair(`p${id}`, id, id) });
      await store.settle({ ...nothing, pair: { ...pair('p4', '4', '4'), state: 'unlinked' } });
      expect((await store.somePairs(2)).map(({ id }) => id)).toEqual(['p3', 'p2']);
    });

    it('holds one intent for one piece of work, the oldest first (P1)', async () => {
      const sent = { target: { summary: 'x\u0000' }, source: { subject: 'x' } };
      await Promise.all([1, 2, 3, 4].map(() => store.openIntent({ ...intent('i1', at), sent })));
      await store.openIntent(intent('i3', at));
      await store.openIntent(intent('i2', at));
      expect((await store.openIntents()).map(({ id }) => id)).toEqual(['i1', 'i2', 'i3']);
      await store.openIntent({ ...intent('i1', later), sent, target: '5', fingerprint: 'g' });
      expect((await store.openIntents()).map(({ id }) => id)).toEqual(['i2', 'i3', 'i1']);
      const touched = { ...intent('i1', later), sent, target: '5', fingerprint: 'g' };
      expect(await store.intent('i1')).toEqual(touched);
      const next = await under.begin('run-2');
      expect(await next.intent('i1')).toEqual(touched);
      await next.closeIntent('i1');
      await next.closeIntent('i1');
      expect(await next.intent('i1')).toBeUndefined();
    });

    it('keeps a cursor for each side', async () => {
      expect(await store.cursors()).toEqual({});
      await store.saveCursors({ left: { fingerprint: 'f', since: at } });
      await store.saveCursors({
        left: { fingerprint: 'g', since: later },
        right: { fingerprint: 'r', since: at },
      });
      await store.saveCursors({});
      expect(await store.cursors()).toEqual({
        left: { fingerprint: 'g', since: later },
        right: { fingerprint: 'r', since: at },
      });
    });

    it('adds to the record of an item in one run, and keeps the counterpart it named (P4)', async () => {
      const made = full.sync as SyncRecord;
      await store.settle({ ...nothing, underWay: made });
      const { right: _right, ...rest } = made;
      const entry = { side: 'left', field: 'title', before: 'a\u0000', after: 'b', reason: 'x' } as const;
      const file = { ...rest, outcome: 'updated', journal: [entry], parts: ['a file \u0000'] } as const;
      await store.settle({
        ...nothing,
        underWay: file,
        sync: { ...rest, outcome: 'updated', journal: [], parts: [] },
      });
      const [record, ...others] = await under.syncs();
      expect(others).toEqual([]);
      expect(record).toMatchObject({ outcome: 'updated', left: made.left, right: made.right });
      expect(record?.journal).toEqual([made.journal[0], entry]);
      expect(record?.parts).toEqual(['one comment', 'a file \uFFFD']);
      await (await under.begin('run-2')).settle({ ...nothing, sync: made });
      expect(await under.syncs()).toHaveLength(2);
    });

    it('spools in the order of arrival, the later change in place of the earlier', async () => {
      const changed = (id: string): DetectedChange => ({ side: 'left', id, why: 'changed', item: item(id) });
      await store.spool([{ side: 'left', id: '1', why: 'retry' }, changed('2')]);
      await store.spool([{ side: 'right', id: '1', why: 'deleted' }]);
      await store.spool([changed('1'), changed('3'), changed('4'), changed('3')]);
      await store.spool([]);
      const all = await store.readSpool(-1, 10);
      expect(all.map((one) => [one.side, one.id, one.why])).toEqual([
        ['left', '2', 'changed'],
        ['right', '1', 'deleted'],
        ['left', '1', 'changed'],
        ['left', '4', 'changed'],
        ['left', '3', 'changed'],
      ]);
      expect(all[0]?.item).toEqual(item('2'));
      expect(all[1]).not.toHaveProperty('item');
      expect(await store.spooled()).toBe(5);
      const told = await store.spoolCounts();
      expect(
        told.map(({ side, why, isPaired, count }) => `${side} ${why} ${isPaired} ${count}`).toSorted(),
      ).toEqual(['left changed false 4', 'right deleted false 1']);
      await store.settle({ ...nothing, pair: pair('p', '4', '9') });
      expect(await store.spoolCounts()).toContainEqual({
        side: 'left',
        why: 'changed',
        isPaired: true,
        count: 1,
      });
      expect(await store.readSpool(all[1]?.position ?? 0, 2)).toEqual([all[2], all[3]]);
      const next = await under.begin('run-2');
      expect([await next.spooled(), await next.readSpool(-1, 10)]).toEqual([0, []]);
    });

    it('names what is due, the longest waiting first and nothing twice', async () => {
      const parked = (id: string, nextTry?: string) => ({
        side: 'left' as const,
        id,
        key: '',
        kind: '',
        reason: '',
        attempts: 1,
        ...(nextTry === undefined ? {} : { nextTry }),
      });
      await store.settle({
        ...nothing,
        parked: [parked('5', later), parked('3', at), parked('4', at), parked('6'), parked('7', later)],
      });
      expect(await store.due('2026-03-04T05:00:00.000Z', 10)).toEqual([]);
      expect((await store.due(at, 10)).map(({ id, why }) => [id, why])).toEqual([
        ['3', 'retry'],
        ['4', 'retry'],
      ]);
      expect((await store.due(later, 3)).map(({ id }) => id)).toEqual(['3', '4', '5']);
      await under.mark('left', '3');
      const due = await store.due(later, 10);
      expect(due).toHaveLength(4);
      expect(due).toContainEqual({ side: 'left', id: '3', why: 'resync' });
      await store.settle({ ...nothing, released: [{ side: 'left', id: '4' }], parked: [parked('4', later)] });
      expect((await store.parked('left', ['4'])).get('4')?.nextTry).toBe(later);
      await store.settle({ ...nothing, released: [{ side: 'left', id: '4' }] });
      expect(await store.parked('left', ['4'])).toEqual(new Map());
    });

    it('clears a mark when its item is settled, not while it is under way nor unseen (P2)', async () => {
      const ledger = (side: Side, id: string) => ({ side, id, version: '1', firm: true });
      for (const id of ['1', '2', '3']) await under.mark('left', id);
      await store.settle({ ...nothing, ledger: [ledger('left', '1')] });
      expect(await store.due(at, 10)).toHaveLength(3);
      await store.settle({ ...nothing, underWay: full.sync as SyncRecord });
      expect(await store.due(at, 10)).toHaveLength(3);
      await under.mark('left', '2');
      await store.settle({
        ...nothing,
        sync: full.sync as SyncRecord,
        ledger: [ledger('left', '2')],
        released: [{ side: 'left', id: '3' }],
      });
      expect(await store.due(at, 10)).toEqual([{ side: 'left', id: '2', why: 'resync' }]);
      const next = await under.begin('run-2');
      await next.settle({ ...nothing, ledger: [ledger('left', '2')] });
      expect(await next.due(at, 10)).toHaveLength(1);
    });

    it('keeps values of any kind as they are, and words as a database can (P2)', async () => {
      const odd = 'nul \u0000, half a pair \ud800, both 😀, \u202e, “”\r\n\t\\';
      const fields = { odd, '\u0000reference': 'x', big: 'ä'.repeat(2_000_000), list: ['', odd], none: null };
      const made = pair('p1', '1', '9');
      const wide = { ...made, left: { ...made.left, base: { ...made.left.base, fields } } };
      const journal = [{ side: 'left', field: 'odd', before: odd, after: [odd], reason: odd }] as const;
      await store.settle({
        ...nothing,
        pair: wide,
        ledger: [{ side: 'left', id: '1', version: odd, firm: true, skipped: odd }],
        conflicts: [{ ...(full.conflicts[0] as Conflict), left: { value: odd, by: odd } }],
        parked: [{ side: 'left', id: '1', key: odd, kind: 'rejected', reason: odd, attempts: 1 }],
        sync: { ...(full.sync as SyncRecord), journal, parts: [odd], message: odd },
        log: [{ level: 'warn', at, text: odd }],
      });
      await store.openIntent({ ...intent('i1'), sent: { target: fields, source: { odd } } });
      await store.spool([{ side: 'left', id: '1', why: 'changed', item: { ...item('1'), fields } }]);
      const words = odd.replace('\u0000', '\uFFFD').toWellFormed();
      expect((await store.pairs('left', ['1'])).get('1')).toEqual(wide);
      expect((await store.intent('i1'))?.sent?.target).toEqual(fields);
      expect((await store.readSpool(-1, 1))[0]?.item?.fields).toEqual(fields);
      expect((await store.ledger('left', ['1'])).get('1')).toMatchObject({ version: words, skipped: words });
      expect((await store.parked('left', ['1'])).get('1')?.reason).toBe(words);
      expect((await under.conflicts())[0]?.left).toEqual({ value: odd, by: odd });
      const [record] = await under.syncs();
      expect(record?.journal).toMatchObject([{ before: odd, after: [odd] }]);
      expect(record?.parts).toEqual([words]);
      expect((await under.log())[0]?.text).toBe(words);
    });

    it('hands out copies: what the engine does to its own values changes nothing stored', async () => {
      const fields: Record<string, string> = { title: 'as it was' };
      const made = pair('p1', '1', '9');
      await store.settle({
        ...nothing,
        pair: { ...made, left: { ...made.left, base: { ...made.left.base, fields } } },
      });
      fields['title'] = 'changed';
      expect((await store.pairs('left', ['1'])).get('1')?.left.base.fields).toEqual({ title: 'as it was' });
    });

    it.each(Object.keys(WRITES))('stops %s of a run that was taken over (P1)', async (write) => {
      await store.openIntent(intent('i1'));
      const next = await under.begin('run-2');
      await expect(WRITES[write]?.(store)).rejects.toBeInstanceOf(LeaseLost);
      expect(await seen(under, next)).toEqual(ONLY_THE_INTENT);
      await WRITES[write]?.(next);
    });

    it('stops the taking of marks of a run that was taken over', async () => {
      await under.mark('left', '1');
      await under.begin('run-2');
      await expect(store.due(at, 10)).rejects.toBeInstanceOf(LeaseLost);
    });

    it.each(Object.keys(WRITES))(
      'fails %s when the connection breaks before the commit, and then goes on',
      async (write) => {
        await store.openIntent(intent('i1'));
        under.breakNext('before');
        const error: unknown = await WRITES[write]?.(store).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(Error);
        expect(error).not.toBeInstanceOf(LeaseLost);
        expect(await seen(under, store)).toEqual(ONLY_THE_INTENT);
        await WRITES[write]?.(store);
        expect(await seen(under, store)).not.toEqual(ONLY_THE_INTENT);
      },
    );

    it.each(Object.keys(WRITES))(
      'fails %s when the answer to the commit is lost, which has taken effect',
      async (write) => {
        await store.openIntent(intent('i1'));
        under.breakNext('after');
        const error: unknown = await WRITES[write]?.(store).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(Error);
        expect(error).not.toBeInstanceOf(LeaseLost);
        const after = await seen(under, store);
        expect(after).not.toEqual(ONLY_THE_INTENT);
        if (write === 'log') return;
        await WRITES[write]?.(store);
        expect({ ...(await seen(under, store)), log: 0 }).toEqual({ ...after, log: 0 });
      },
    );
  });
}

function item(id: string): Item {
  return {
    id,
    key: id,
    url: '',
    type: 't',
    version: '1',
    createdAt: at,
    updatedAt: at,
    visibility: 'public',
    fields: { text: 'nul \u0000 and half a pair \ud800' },
  };
}

const ONLY_THE_INTENT = {
  pairs: 0,
  cursors: 0,
  intents: ['i1'],
  spooled: 0,
  parked: 0,
  syncs: 0,
  conflicts: 0,
  log: 0,
};

/** How much of everything is there. */
async function seen(under: StoreUnderTest, store: Store): Promise<typeof ONLY_THE_INTENT> {
  return {
    pairs: await store.countPairs(),
    cursors: Object.keys(await store.cursors()).length,
    intents: (await store.openIntents()).map(({ id }) => id),
    spooled: await store.spooled(),
    parked: (await store.parked('left', ['2'])).size,
    syncs: (await under.syncs()).length,
    conflicts: (await under.conflicts()).length,
    log: (await under.log()).length,
  };
}
