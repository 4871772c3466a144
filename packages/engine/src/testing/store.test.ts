import { BEGINNING } from '../migration/position.ts';
import { describeMigrationStore, REQUESTS } from './migration-suite.ts';
import { describeStore } from './store-suite.ts';
import { memoryMigration, memoryStore, StoredState } from './store.ts';

describeStore('in memory', async () => {
  const state = new StoredState();
  let breaks: 'before' | 'after' | undefined;
  const fail = (when: 'before' | 'after'): void => {
    if (breaks !== when) return;
    breaks = undefined;
    throw new Error('the connection was lost');
  };
  return {
    begin: async (run) =>
      memoryStore(state, run, { before: () => fail('before'), after: () => fail('after') }),
    mark: async (side, id) => state.mark(side, id, new Date().toISOString()),
    wish: async (pair, who, wanted) => state.wish(pair, who, wanted, new Date().toISOString()),
    resolutions: async () => Object.fromEntries(state.resolutions),
    breakNext: (when) => {
      breaks = when;
    },
    syncs: async () => state.syncs,
    log: async () => state.log,
    conflicts: async () => [...state.conflicts.values()],
    close: async () => undefined,
  };
});

describeMigrationStore('in memory', async () => {
  const state = new StoredState();
  for (const id of ['m1', 'm2'] as const)
    state.migrations.set(id, { request: REQUESTS[id], position: BEGINNING, items: new Map() });
  return {
    begin: async (run, id) => ({
      store: memoryStore(state, run),
      migration: memoryMigration(state, id, run),
    }),
    position: async (id) => state.migrations.get(id)?.position ?? BEGINNING,
    close: async () => undefined,
  };
});
