import type { Intent, Pair } from '../ports/records.ts';
import type { Settlement } from '../ports/store.ts';

export function pair(id: string, left: string, right: string): Pair {
  const side = (its: string) => ({
    id: its,
    key: `#${its}`,
    url: `http://tracker/${its}`,
    type: 'bug',
    base: {
      version: '1',
      updatedAt: '2026-01-02T03:04:05.678Z',
      fields: { subject: `item ${its}`, labels: ['x', 'y'] },
    },
  });
  return {
    id,
    state: 'active',
    createdAt: '2026-01-02T03:04:05.000Z',
    streak: 0,
    left: side(left),
    right: side(right),
  };
}

export function intent(id: string, sentAt = '2026-01-02T03:04:05.000Z'): Intent {
  return { id, kind: 'create', side: 'right', source: '1', fingerprint: 'f', sentAt };
}

export const nothing: Settlement = {
  ledger: [],
  parts: [],
  closedIntents: [],
  conflicts: [],
  parked: [],
  released: [],
  log: [],
};

export const at = '2026-03-04T05:06:07.089Z';
export const later = '2026-03-04T06:00:00.000Z';

/** Something of everything that one item can leave behind. */
export const full: Settlement = {
  pair: pair('p1', '1', '9'),
  ledger: [{ side: 'left', id: '1', version: 'v1', firm: true }],
  parts: [{ kind: 'comment', left: { id: 'l', hash: 'h1' }, right: { id: 'r', hash: 'h2' } }],
  closedIntents: ['i1'],
  conflicts: [
    {
      id: 'c1',
      pairId: 'p1',
      field: { left: 'subject', right: 'summary' },
      base: { left: 'a', right: 'a' },
      left: { value: 'b', at, by: 'Ann' },
      right: { value: 'c\u0000d' },
      outcome: 'open',
      reason: 'both changed',
    },
  ],
  parked: [{ side: 'left', id: '2', key: '#2', kind: 'rejected', reason: 'no', attempts: 1, nextTry: at }],
  released: [],
  sync: {
    left: { id: '1', key: '#1', url: 'http://l/1' },
    right: { id: '9', key: '#9', url: 'http://r/9' },
    origin: 'left',
    outcome: 'created',
    at,
    journal: [{ side: 'right', field: 'summary', before: null, after: ['x'], reason: 'new' }],
    parts: ['one comment'],
  },
  log: [{ level: 'info', at, text: 'made\u0000', item: { side: 'left', id: '1', key: '#1' } }],
};
