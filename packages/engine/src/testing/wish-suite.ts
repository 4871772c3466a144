import { expect, it } from 'vitest';
import type { Conflict } from '../ports/records.ts';
import type { Wanted } from '../ports/wish.ts';
import { OVERTAKEN } from '../ports/wish.ts';
import type { Settlement, Store } from '../ports/store.ts';
import { at, full, nothing, pair } from './store-records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const ledger = [
  { side: 'left', id: '1', version: '1', firm: true },
  { side: 'right', id: '9', version: '1', firm: true },
] as const;
const conflict = full.conflicts[0] as Conflict;

/** What every store promises about people's wishes. */
export function itKeepsWishes(given: () => { readonly under: StoreUnderTest; readonly store: Store }): void {
  const settle = (more: Partial<Settlement>): Promise<void> => given().store.settle({ ...nothing, ...more });

  it('keeps a wish until it is answered, and has both items looked at meanwhile (P2)', async () => {
    const { under, store } = given();
    const first = pair('p1', '1', '9');
    await settle({ pair: first });
    await settle({ pair: pair('p2', '2', '8') });
    const undo: Wanted = {
      kind: 'undo',
      of: 'run r',
      entries: [{ side: 'left', field: 'subject', before: 'a\u0000', after: null, reason: 'x' }],
    };
    await under.wish(first, 'Ann', { kind: 'hard-resync', from: 'left' });
    await under.wish(first, 'Ann', undo);
    await under.wish(first, 'Bob', { kind: 'hard-resync', from: 'newest' });
    const wishes = await store.wishes(['p1', 'p2', 'none']);
    expect([...wishes.keys()]).toEqual(['p1']);
    expect(wishes.get('p1')).toMatchObject([
      { pairId: 'p1', who: 'Ann', wanted: undo },
      { pairId: 'p1', who: 'Bob', wanted: { kind: 'hard-resync', from: 'newest' } },
    ]);
    expect(await store.due(at, 10)).toHaveLength(2);
    await settle({ pair: first, ledger });
    expect(await store.due(at, 10)).toEqual([]);
    expect((await store.wishes(['p1'])).get('p1')).toHaveLength(2);
    const [undone] = wishes.get('p1') ?? [];
    await settle({ answers: [{ id: undone?.id ?? '', who: 'Ann' }] });
    expect((await store.wishes(['p1'])).get('p1')).toMatchObject([{ who: 'Bob' }]);
  });

  it('answers the wish that was seen, not the one that has replaced it since', async () => {
    const { under, store } = given();
    const first = pair('p1', '1', '9');
    await settle({ pair: first });
    await under.wish(first, 'Ann', { kind: 'hard-resync', from: 'left' });
    const [seen] = (await store.wishes(['p1'])).get('p1') ?? [];
    await under.wish(first, 'Ann', { kind: 'hard-resync', from: 'right' });
    await settle({ pair: first, ledger, answers: [{ id: seen?.id ?? '', who: 'Ann' }] });
    expect((await store.wishes(['p1'])).get('p1')).toMatchObject([{ wanted: { from: 'right' } }]);
    expect(await store.due(at, 10)).toHaveLength(2);
  });

  it('tells who resolved a conflict, or why that was refused, and ends those that stand no more', async () => {
    const { under } = given();
    const one = { pair: pair('p1', '1', '9') };
    const conflicts = ['c1', 'c2', 'c3'].map((id) => ({ ...conflict, id }));
    await settle({ ...one, conflicts });
    await settle({ pair: pair('p2', '2', '8'), conflicts: [{ ...conflict, id: 'c4', pairId: 'p2' }] });
    const answer = { id: '0', who: 'Ann' };
    await settle({ answers: [{ ...answer, conflict: 'c1', refused: 'it has changed' }] });
    expect(await under.resolutions()).toEqual({ c1: { refused: 'it has changed' } });
    await settle({ answers: [{ ...answer, conflict: 'c1' }] });
    await settle({ answers: [{ ...answer, who: 'Bob', conflict: 'c1', refused: 'too late' }] });
    await settle({ ...one, conflicts: [{ ...conflict, id: 'c3' }], standing: ['c3'] });
    expect(await under.resolutions()).toEqual({ c1: { by: 'Ann' }, c2: { by: OVERTAKEN } });
  });

  it('lets a change that is found later not hide that the item was asked for', async () => {
    const { store } = given();
    await store.spool([{ side: 'left', id: '1', why: 'resync' }]);
    await store.spool([{ side: 'left', id: '1', why: 'changed' }]);
    await store.spool([{ side: 'left', id: '2', why: 'retry' }]);
    await store.spool([{ side: 'left', id: '2', why: 'changed' }]);
    expect((await store.readSpool(-1, 10)).map(({ why }) => why)).toEqual(['resync', 'changed']);
  });
}
