import type { ItemId } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type {
  Conflict,
  Intent,
  LedgerEntry,
  LogLine,
  Pair,
  Parked,
  PartPair,
  StoredCursor,
  SyncRecord,
} from '../ports/records.ts';
import { LeaseLost } from '../ports/store.ts';
import type { DetectedChange, Settlement, Store } from '../ports/store.ts';

/** What one integration's store holds; survives the runs, and the death of the process that a test plays. */
export class StoredState {
  owner = '';
  cursors: { left?: StoredCursor; right?: StoredCursor } = {};
  readonly ledger = new Map<string, LedgerEntry>();
  readonly pairs = new Map<string, Pair>();
  readonly byItem = new Map<string, string>();
  readonly parts = new Map<string, PartPair[]>();
  readonly intents = new Map<string, Intent>();
  readonly parked = new Map<string, Parked>();
  readonly conflicts = new Map<string, Conflict>();
  readonly marked = new Set<string>();
  readonly syncs: (SyncRecord & { readonly run: string })[] = [];
  readonly log: LogLine[] = [];
}

/** Called before and after every commit; may throw, as a dying process or a lost connection would. */
export interface StoreHooks {
  before?(what: string): void | Promise<void>;
  after?(what: string): void | Promise<void>;
}

/** The store port in memory, with the same promises as PostgreSQL: atomic, fenced, unique. */
export function memoryStore(state: StoredState, run: string, hooks: StoreHooks = {}): Store {
  const spool: DetectedChange[] = [];
  const at = new Map<string, number>();
  state.owner = run;
  const key = (side: Side, id: ItemId): string => `${side}:${id}`;
  const commit = async <T>(what: string, action: () => T): Promise<T> => {
    await hooks.before?.(what);
    if (state.owner !== run) throw new LeaseLost(run);
    const result = action();
    await hooks.after?.(what);
    return result;
  };
  const put = (pair: Pair): void => {
    for (const side of ['left', 'right'] as const) {
      const other = state.byItem.get(key(side, pair[side].id));
      if (other !== undefined && other !== pair.id)
        throw new Error(`${side} item ${pair[side].id} is in pair ${other} already`);
    }
    state.pairs.set(pair.id, pair);
    for (const side of ['left', 'right'] as const) state.byItem.set(key(side, pair[side].id), pair.id);
  };
  const record = (sync: SyncRecord): void => {
    const id = sync[sync.origin]?.id;
    const index = state.syncs.findLastIndex(
      (one) => one.run === run && one.origin === sync.origin && one[one.origin]?.id === id,
    );
    const known = id === undefined ? undefined : state.syncs[index];
    if (known === undefined) state.syncs.push({ ...sync, run });
    else
      state.syncs[index] = {
        ...sync,
        run,
        journal: [...known.journal, ...sync.journal],
        parts: [...known.parts, ...sync.parts],
      };
  };
  const settle = (settlement: Settlement): void => {
    if (settlement.pair !== undefined) put(settlement.pair);
    for (const entry of settlement.ledger) state.ledger.set(key(entry.side, entry.id), entry);
    if (settlement.parts.length > 0) {
      const id = settlement.pair?.id ?? '';
      state.parts.set(id, [...(state.parts.get(id) ?? []), ...settlement.parts]);
    }
    for (const id of settlement.closedIntents) state.intents.delete(id);
    for (const conflict of settlement.conflicts) state.conflicts.set(conflict.id, conflict);
    for (const parked of settlement.parked) state.parked.set(key(parked.side, parked.id), parked);
    for (const { side, id } of settlement.released) state.parked.delete(key(side, id));
    if (settlement.underWay !== undefined) record(settlement.underWay);
    if (settlement.sync !== undefined) {
      record(settlement.sync);
      state.marked.delete(key(settlement.sync.origin, settlement.sync[settlement.sync.origin]?.id ?? ''));
    }
    state.log.push(...settlement.log);
  };
  return {
    cursors: async () => state.cursors,
    saveCursors: (cursors) =>
      commit('cursors', () => void (state.cursors = { ...state.cursors, ...cursors })),
    ledger: async (side, ids) => pick(ids, (id) => state.ledger.get(key(side, id))),
    pairs: async (side, ids) => pick(ids, (id) => state.pairs.get(state.byItem.get(key(side, id)) ?? '')),
    countPairs: async () => state.pairs.size,
    somePairs: async (limit) =>
      [...state.pairs.values()].filter((pair) => pair.state === 'active').slice(-limit),
    parts: async (pairId) => state.parts.get(pairId) ?? [],
    openIntent: (intent) => commit('intent', () => void state.intents.set(intent.id, intent)),
    openIntents: async () => [...state.intents.values()],
    intent: async (id) => state.intents.get(id),
    closeIntent: (id) => commit('close intent', () => void state.intents.delete(id)),
    async due(now, limit) {
      const retry = [...state.parked.values()].filter(
        (one) => one.nextTry !== undefined && one.nextTry <= now,
      );
      const marks = [...state.marked].map((mark) => ({
        side: mark.split(':')[0] as Side,
        id: mark.slice(mark.indexOf(':') + 1),
        why: 'resync' as const,
      }));
      return [...retry.map(({ side, id }) => ({ side, id, why: 'retry' as const })), ...marks].slice(
        0,
        limit,
      );
    },
    parked: async (side, ids) => pick(ids, (id) => state.parked.get(key(side, id))),
    spool: (changes) =>
      commit('spool', () => {
        for (const change of changes) {
          const position = at.get(key(change.side, change.id));
          if (position === undefined) at.set(key(change.side, change.id), spool.push(change) - 1);
          else spool[position] = change;
        }
      }),
    spooled: async () => spool.length,
    readSpool: async (after, limit) =>
      spool
        .slice(after + 1, after + 1 + limit)
        .map((change, index) => ({ ...change, position: after + 1 + index })),
    settle: (settlement) => commit('settle', () => settle(settlement)),
    log: (lines) => commit('log', () => void state.log.push(...lines)),
  };
}

function pick<T>(ids: readonly ItemId[], get: (id: ItemId) => T | undefined): Map<ItemId, T> {
  const found = new Map<ItemId, T>();
  for (const id of ids) {
    const value = get(id);
    if (value !== undefined) found.set(id, value);
  }
  return found;
}
