import type { Instant, ItemId } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import type {
  Conflict,
  Intent,
  LedgerEntry,
  LogLine,
  Pair,
  Parked,
  PartPair,
  StoredCursor,
  SyncOutcome,
  SyncRecord,
} from '../ports/records.ts';
import { LeaseLost } from '../ports/store.ts';
import type { MigrationPosition } from '../migration/position.ts';
import type { MigrationRequest } from '../migration/request.ts';
import type { MigrationStore, TakenItem } from '../migration/store.ts';
import { OVERTAKEN } from '../ports/wish.ts';
import type { Wanted, Wish, WishAnswer } from '../ports/wish.ts';
import { stored, text } from './stored.ts';
import type { DetectedChange, Migrated, Settlement, SpoolCount, Store } from '../ports/store.ts';

export interface StoredMigration {
  readonly request: MigrationRequest;
  position: MigrationPosition;
  readonly items: Map<ItemId, Omit<TakenItem, 'outcome'> & { readonly outcome?: SyncOutcome }>;
}

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
  /** Who resolved them, and why the latest resolution was refused. */
  readonly resolutions = new Map<string, { readonly by?: string; readonly refused?: string }>();
  /** In the order in which they were made. */
  readonly wishes = new Map<string, Wish>();
  /** Every wish that was answered. */
  readonly answers: WishAnswer[] = [];
  readonly syncs: (SyncRecord & { readonly run: string })[] = [];
  /** Where in them an item's record of a run stands. */
  readonly recorded = new Map<string, number>();
  readonly log: LogLine[] = [];
  /** What is to be looked at again, since when, and the run that has seen so. */
  readonly marks = new Map<string, { readonly since: Instant; readonly takenBy?: string }>();

  /** In the order in which they were asked for. */
  readonly migrations = new Map<string, StoredMigration>();
  private wished = 0;

  /** As a person wishes it: an equal wish that is still there is replaced. */
  wish(pair: Pair, who: string, wanted: Wanted, since: Instant): void {
    const about = wanted.kind === 'resolve' ? `resolve ${wanted.conflict.id}` : wanted.kind;
    for (const { id, ...one } of this.wishes.values()) {
      const known = one.wanted.kind === 'resolve' ? `resolve ${one.wanted.conflict.id}` : one.wanted.kind;
      if (one.pairId === pair.id && known === about) this.wishes.delete(id);
    }
    this.wished += 1;
    const id = String(this.wished);
    this.wishes.set(id, stored({ id, pairId: pair.id, who, wanted }));
    for (const side of SIDES) this.mark(side, pair[side].id, since);
  }

  /** As when an integration is enabled again and the beginning of its pause is left out. */
  dropWishes(): void {
    this.wishes.clear();
    this.marks.clear();
  }

  /** As a person asks for it: also an item that is marked already counts as asked for anew. */
  mark(side: Side, id: ItemId, since: Instant): void {
    this.marks.set(key(side, id), { since });
  }
}

/** Called before and after every commit; may throw, as a dying process or a lost connection would. */
export interface StoreHooks {
  before?(what: string): void | Promise<void>;
  after?(what: string): void | Promise<void>;
}

type Spooled = DetectedChange & { readonly position: number };

function committing(state: StoredState, run: string, hooks: StoreHooks) {
  return async (what: string, action: () => void): Promise<void> => {
    await hooks.before?.(what);
    if (state.owner !== run) throw new LeaseLost(run);
    action();
    await hooks.after?.(what);
  };
}

/** The store port in memory, with the same promises as PostgreSQL (see `store-suite.ts`): atomic, fenced, unique. */
export function memoryStore(state: StoredState, run: string, hooks: StoreHooks = {}): Store {
  const spool = new Map<string, Spooled>();
  /** By position; what came again later stands at its last position only. */
  const arrived: (Spooled | undefined)[] = [];
  state.owner = run;
  const commit = committing(state, run, hooks);
  const addToSpool = (changes: readonly DetectedChange[]): void => {
    for (const change of changes) {
      const at = key(change.side, change.id);
      const before = spool.get(at);
      const isAskedFor = before?.why === 'resync' && change.why === 'changed';
      if (before !== undefined) arrived[before.position - 1] = undefined;
      const now = {
        ...stored(change),
        ...(isAskedFor ? { why: 'resync' as const } : {}),
        position: arrived.length + 1,
      };
      arrived.push(now);
      spool.set(at, now);
    }
  };
  return {
    cursors: async () => state.cursors,
    saveCursors: (cursors) =>
      commit('cursors', () => void (state.cursors = { ...state.cursors, ...stored(cursors) })),
    ledger: async (side, ids) => pick(ids, (id) => state.ledger.get(key(side, id))),
    pairs: async (side, ids) => pick(ids, (id) => state.pairs.get(state.byItem.get(key(side, id)) ?? '')),
    countPairs: async () => state.pairs.size,
    somePairs: async (limit) =>
      [...state.pairs.values()]
        .filter((pair) => pair.state === 'active')
        .toSorted((a, b) => ascending(b.id, a.id))
        .slice(0, limit),
    parts: async (pairId) =>
      (state.parts.get(pairId) ?? []).toSorted((a, b) => ascending(partKey(a), partKey(b))),
    openIntent: (intent) =>
      commit('intent', () => {
        assertInstants([intent.sentAt]);
        const { kind, side, source, part } = state.intents.get(intent.id) ?? intent;
        const opened = { ...stored(intent), kind, side, source };
        state.intents.set(intent.id, part === undefined ? opened : { ...opened, part });
      }),
    openIntents: async () =>
      [...state.intents.values()].toSorted((a, b) => ascending(a.sentAt, b.sentAt) || ascending(a.id, b.id)),
    intent: async (id) => state.intents.get(id),
    closeIntent: (id) => commit('close intent', () => void state.intents.delete(id)),
    async due(now, limit) {
      const due = dueOf(state, now).slice(0, limit);
      const marked = due.filter(({ why }) => why === 'resync');
      if (marked.length > 0)
        await commit('marks', () => {
          for (const { side, id, since } of marked) state.marks.set(key(side, id), { since, takenBy: run });
        });
      return due.map(({ side, id, why }) => ({ side, id, why }));
    },
    parked: async (side, ids) => pick(ids, (id) => state.parked.get(key(side, id))),
    wishes: async (pairIds) =>
      pick(pairIds, (id) => {
        const wishes = [...state.wishes.values()].filter(({ pairId }) => pairId === id);
        return wishes.length === 0 ? undefined : wishes;
      }),
    takenUp: async (side, ids) =>
      pick(
        ids,
        (id) =>
          [...state.migrations.values()].findLast(
            ({ request, items }) => request.from === side && items.has(id),
          )?.request,
      ),
    spool: (changes) => commit('spool', () => addToSpool(changes)),
    spooled: async () => spool.size,
    spoolCounts: async () => countsOf([...spool.values()], state.byItem),
    async readSpool(after, limit) {
      const page: Spooled[] = [];
      for (let index = after; index < arrived.length && page.length < limit; index += 1) {
        const one = arrived[index];
        if (one !== undefined) page.push(one);
      }
      return page;
    },
    settle: (settlement) => commit('settle', () => settle(state, run, settlement)),
    log: (lines) => commit('log', () => writeLog(state, lines)),
  };
}

/** All or nothing: whatever may refuse comes before the first change. */
function settle(state: StoredState, run: string, settlement: Settlement): void {
  const { pair, sync, underWay } = settlement;
  if (pair !== undefined) assertUnpaired(state, pair);
  if (pair === undefined && settlement.parts.length > 0)
    throw new Error('a settlement with comments or attachments must name their pair');
  assertInstants([
    ...settlement.log.map(({ at }) => at),
    ...settlement.parked.flatMap(({ nextTry }) => nextTry ?? []),
    ...[sync, underWay].flatMap((one) => one?.at ?? []),
  ]);
  if (pair !== undefined) {
    put(state, pair);
    const parts = new Map((state.parts.get(pair.id) ?? []).map((part) => [partKey(part), part]));
    for (const part of settlement.parts) parts.set(partKey(part), stored(part));
    state.parts.set(pair.id, [...parts.values()]);
  }
  for (const entry of settlement.ledger) {
    const { version, skipped } = entry;
    state.ledger.set(key(entry.side, entry.id), {
      ...entry,
      version: text(version),
      ...(skipped === undefined ? {} : { skipped: text(skipped) }),
    });
  }
  for (const id of settlement.closedIntents) state.intents.delete(id);
  for (const conflict of settlement.conflicts) state.conflicts.set(conflict.id, stored(conflict));
  for (const answer of settlement.answers ?? []) answerWish(state, stored(answer));
  if (pair !== undefined && settlement.standing !== undefined)
    closeOthers(state, pair.id, settlement.standing);
  for (const { side, id } of settlement.released) state.parked.delete(key(side, id));
  for (const parked of settlement.parked)
    state.parked.set(key(parked.side, parked.id), { ...stored(parked), reason: text(parked.reason) });
  const origin = sync?.[sync.origin];
  const settled = [
    ...settlement.ledger,
    ...settlement.parked,
    ...settlement.released,
    ...(sync === undefined || origin === undefined ? [] : [{ side: sync.origin, id: origin.id }]),
  ];
  for (const { side, id } of settled)
    if (state.marks.get(key(side, id))?.takenBy === run) state.marks.delete(key(side, id));
  if (settlement.migrated !== undefined) noteMigrated(state, stored(settlement.migrated));
  if (underWay !== undefined) record(state, run, underWay);
  if (sync !== undefined) record(state, run, sync);
  writeLog(state, settlement.log);
}

function answerWish(state: StoredState, answer: WishAnswer): void {
  state.wishes.delete(answer.id);
  state.answers.push(answer);
  const { conflict, refused } = answer;
  if (conflict === undefined || state.resolutions.get(conflict)?.by !== undefined) return;
  state.resolutions.set(conflict, refused === undefined ? { by: answer.who } : { refused });
}

/** Open conflicts of the pair that are over, as its sides have come to agree without a resolution. */
function closeOthers(state: StoredState, pairId: string, standing: readonly string[]): void {
  for (const { id, ...one } of state.conflicts.values()) {
    const isOver = one.pairId === pairId && one.outcome === 'open' && !standing.includes(id);
    if (isOver && state.resolutions.get(id)?.by === undefined) state.resolutions.set(id, { by: OVERTAKEN });
  }
}

/** Of the one migration that has the item in hand. */
function noteMigrated(state: StoredState, { side, id, outcome, message }: Migrated): void {
  for (const { request, items } of state.migrations.values()) {
    const taken = request.from === side ? items.get(id) : undefined;
    if (taken === undefined || taken.outcome !== undefined) continue;
    items.set(id, { ...taken, outcome, ...(message === undefined ? {} : { message }) });
  }
}

/** The migration port in memory, fenced as the run's store is. */
export function memoryMigration(
  state: StoredState,
  id: string,
  run: string,
  hooks: StoreHooks = {},
): MigrationStore {
  const migration = (): StoredMigration => {
    const found = state.migrations.get(id);
    if (found === undefined) throw new Error(`there is no migration ${id}`);
    return found;
  };
  const commit = committing(state, run, hooks);
  return {
    taken: async (ids) =>
      pick(ids, (item) => {
        const taken = migration().items.get(item);
        if (taken === undefined) return undefined;
        return taken.outcome === undefined ? ('in hand' as const) : ('done' as const);
      }),
    take: (items) =>
      commit('take', () => {
        for (const item of items)
          if (!migration().items.has(item.id)) migration().items.set(item.id, stored(item));
      }),
    advance: (position) => commit('advance', () => void (migration().position = stored(position))),
  };
}

function assertUnpaired(state: StoredState, pair: Pair): void {
  for (const side of SIDES) {
    const known = state.byItem.get(key(side, pair[side].id));
    if (known !== undefined && known !== pair.id)
      throw new Error(`${side} item ${pair[side].id} is in pair ${known} already (pair_${side})`);
  }
}

function put(state: StoredState, pair: Pair): void {
  const before = state.pairs.get(pair.id);
  for (const side of SIDES) {
    if (before !== undefined) state.byItem.delete(key(side, before[side].id));
    state.byItem.set(key(side, pair[side].id), pair.id);
  }
  state.pairs.set(pair.id, stored(pair));
}

/** A later record of an item in the same run adds its journal and parts, and says the rest anew. */
function record(state: StoredState, run: string, given: SyncRecord): void {
  const sync = { ...stored(given), parts: given.parts.map(text), run };
  const id = sync[sync.origin]?.id;
  const about = id === undefined ? undefined : JSON.stringify([run, sync.origin, id]);
  const index = about === undefined ? undefined : state.recorded.get(about);
  const known = index === undefined ? undefined : state.syncs[index];
  if (index === undefined || known === undefined) {
    const length = state.syncs.push(sync);
    if (about !== undefined) state.recorded.set(about, length - 1);
    return;
  }
  const { left, right } = known;
  state.syncs[index] = {
    ...(left === undefined ? {} : { left }),
    ...(right === undefined ? {} : { right }),
    ...sync,
    journal: [...known.journal, ...sync.journal],
    parts: [...known.parts, ...sync.parts],
  };
}

function writeLog(state: StoredState, lines: readonly LogLine[]): void {
  assertInstants(lines.map(({ at }) => at));
  state.log.push(...lines.map((line) => ({ ...line, text: text(line.text) })));
}

interface Due {
  readonly side: Side;
  readonly id: ItemId;
  readonly why: 'retry' | 'resync';
  readonly since: Instant;
}

/** The longest waiting first; an item that is both is named once. */
function dueOf(state: StoredState, now: Instant): readonly Due[] {
  const found = new Map<string, Due>();
  for (const { side, id, nextTry } of state.parked.values())
    if (nextTry !== undefined && nextTry <= now)
      found.set(key(side, id), { side, id, why: 'retry', since: nextTry });
  for (const [mark, { since }] of state.marks) {
    const [side] = mark.split(':', 1) as [Side];
    found.set(mark, { side, id: mark.slice(side.length + 1), why: 'resync', since });
  }
  return [...found.values()].toSorted(
    (a, b) => ascending(a.since, b.since) || ascending(a.side, b.side) || ascending(a.id, b.id),
  );
}

function key(side: Side, id: ItemId): string {
  return `${side}:${id}`;
}

function partKey({ kind, left, right }: PartPair): string {
  return JSON.stringify([kind, left.id, right.id]);
}

function ascending(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function assertInstants(instants: readonly Instant[]): void {
  for (const at of instants) if (Number.isNaN(Date.parse(at))) throw new Error(`“${at}” is no instant`);
}

function pick<T>(ids: readonly ItemId[], get: (id: ItemId) => T | undefined): Map<ItemId, T> {
  const found = new Map<ItemId, T>();
  for (const id of ids) {
    const value = get(id);
    if (value !== undefined) found.set(id, value);
  }
  return found;
}

function countsOf(spool: readonly DetectedChange[], paired: StoredState['byItem']): readonly SpoolCount[] {
  const counts = new Map<string, SpoolCount>();
  for (const { side, id, why } of spool) {
    const isPaired = paired.has(key(side, id));
    const name = `${side} ${why} ${isPaired}`;
    const count = (counts.get(name)?.count ?? 0) + 1;
    counts.set(name, { side, why, isPaired, count });
  }
  return [...counts.values()];
}
