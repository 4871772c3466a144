import type { Settlement } from '@lockstep/engine';
import { json } from '../../packages/server/src/store/text.ts';
import type { PgStore } from '../../packages/server/src/store/pg-store.ts';

/** One piece of work is committed in four steps, as the engine does it: an intent, the copy made, another intent, the copy updated. */
export const STEPS = [1, 2, 3, 4] as const;
export type Step = (typeof STEPS)[number];

const AT = '2026-01-02T03:04:05.000Z';

export async function commit(store: PgStore, key: string, step: Step): Promise<void> {
  if (step === 2 || step === 4) return store.settle(settlementOf(key, step));
  const create = step === 1;
  await store.openIntent({
    id: create ? key : `${key}:update`,
    kind: create ? 'create' : 'update',
    side: 'right',
    source: `L-${key}`,
    ...(create ? {} : { target: `R-${key}` }),
    fingerprint: key,
    sentAt: AT,
  });
}

/** Settles what a life before left open, as the engine does once it knows what became of it. */
export async function recover(store: PgStore, tell: (key: string, step: Step) => void): Promise<void> {
  for (const { id } of await store.openIntents()) {
    const [key = '', again] = id.split(':');
    const step = again === undefined ? 2 : 4;
    await commit(store, key, step);
    tell(key, step);
  }
}

/** Something for every table that a settlement can write to. */
function settlementOf(key: string, step: 2 | 4): Settlement {
  const created = step === 2;
  const version = String(step);
  const left = { id: `L-${key}`, key: `#L-${key}`, url: `http://left/${key}` };
  const right = { id: `R-${key}`, key: `#R-${key}`, url: `http://right/${key}` };
  const base = { version, updatedAt: AT, fields: { title: key, text: textOf(key, step) } };
  return {
    pair: {
      id: key,
      state: 'active',
      createdAt: AT,
      streak: 0,
      left: { ...left, type: 'bug', base },
      right: { ...right, type: 'ticket', base },
    },
    ledger: [
      { side: 'left', id: left.id, version, firm: true },
      { side: 'right', id: right.id, version, firm: false },
    ],
    parts: [{ kind: 'comment', left: { id: `l${step}`, hash: key }, right: { id: `r${step}`, hash: key } }],
    closedIntents: [created ? key : `${key}:update`],
    conflicts: created
      ? [
          {
            id: key,
            pairId: key,
            field: { left: 'title', right: 'title' },
            base: { left: null, right: null },
            left: { value: 'one' },
            right: { value: 'another' },
            outcome: 'left',
            reason: 'both changed',
          },
        ]
      : [],
    parked: created
      ? [{ side: 'left', id: `P-${key}`, key, kind: 'rejected', reason: 'no', attempts: 1 }]
      : [],
    released: created ? [] : [{ side: 'left', id: `P-${key}` }],
    sync: {
      left,
      right,
      origin: 'left',
      outcome: created ? 'created' : 'updated',
      at: AT,
      journal: ['title', 'text'].map((field) => ({
        side: 'right',
        field,
        before: null,
        after: version,
        reason: 'changed on the left',
      })),
      parts: [],
    },
    log: [{ level: 'info', at: AT, text: `step ${step}`, item: { side: 'left', id: left.id, key } }],
  };
}

/** From some bytes to more than a page of the database, so that some are stored beside their row. */
function textOf(key: string, step: Step): string {
  const size = [20, 400, 3_000, 24_000][[...key].reduce((sum, it) => sum + it.charCodeAt(0), 0) % 4] ?? 0;
  let text = '';
  // Digits that do not compress well, the same for every reader.
  for (let state = step + key.length; text.length < size; state = (state * 48_271 + 11) % 2_147_483_647)
    text += state.toString(36);
  return text;
}

/**
 * What a piece leaves in the database when exactly so many of its steps are committed, one mark per row. The record of
 * an item is one per run, so that an update by a later run has its own: hence several sets, each of them whole.
 */
export function marksOf(key: string, steps: 0 | Step): readonly (readonly string[])[] {
  if (steps === 0) return [[]];
  if (steps === 1) return [['intent create']];
  const done = settlementOf(key, steps === 4 ? 4 : 2);
  const settled = steps === 4 ? [settlementOf(key, 2), done] : [done];
  const marks = [
    ...(steps === 3 ? ['intent update'] : []),
    `pair ${json(done.pair?.left)} ${json(done.pair?.right)}`,
    ...done.ledger.map(({ side, version, firm }) => `ledger ${side} ${version} ${firm}`),
    ...settled.flatMap(({ parts }) => parts.map(({ left, right }) => `part ${left.id} ${right.id}`)),
    ...settled.flatMap(({ conflicts }) => conflicts.map(({ outcome }) => `conflict ${outcome}`)),
    ...done.parked.map(({ kind }) => `parked ${kind}`),
    ...settled.flatMap(({ sync }) =>
      (sync?.journal ?? []).map(({ field, after }) => `journal ${field} ${json(after)}`),
    ),
    ...settled.flatMap(({ log }) => log.map(({ text }) => `log ${text}`)),
  ];
  const updated = [...marks, 'sync updated'];
  return steps === 4 ? [updated, [...updated, 'sync created']] : [[...marks, 'sync created']];
}

/** Every row that a piece of work has left, as (key, mark). */
export const MARKS = `
  select split_part(id, ':', 1) as key, 'intent ' || kind as mark from intent
  union all select id, 'pair ' || left_item::text || ' ' || right_item::text from pair
  union all select substr(item_id, 3), 'ledger ' || side || ' ' || version || ' ' || firm from ledger
  union all select pair_id, 'part ' || left_id || ' ' || right_id from part
  union all select pair_id, 'conflict ' || outcome from conflict
  union all select substr(item_id, 3), 'parked ' || kind from parked
  union all select substr(left_id, 3), 'sync ' || outcome from sync
  union all select substr(sync.left_id, 3), 'journal ' || field || ' ' || after::text
    from journal join sync on sync.id = sync_id
  union all select substr(item_id, 3), 'log ' || text from log`;
