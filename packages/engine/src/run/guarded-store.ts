import { LeaseLost, StoreFailed } from '../ports/store.ts';
import type { Store } from '../ports/store.ts';

/** Tells the store's own failures from everything else that can go wrong while an item is synced. */
export function guarded(store: Store): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...values: unknown[]): Promise<unknown> => {
        try {
          return await (Reflect.apply(member, target, values) as Promise<unknown>);
        } catch (error) {
          throw error instanceof LeaseLost ? error : new StoreFailed(error);
        }
      };
    },
  });
}
