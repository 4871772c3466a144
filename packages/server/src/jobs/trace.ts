import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestReference, RunTrace, Side } from '@lockstep/engine';

/** What is at work when a request is sent. */
export interface TraceScope {
  readonly runId: string;
  readonly item?: { readonly side: Side; readonly id: string };
  latest: RequestReference | undefined;
}

const scopes = new AsyncLocalStorage<TraceScope>();

/** The run, and the item it has in hand, on whose behalf this code is called. */
export function scopeOf(): TraceScope | undefined {
  return scopes.getStore();
}

/** Whatever `work` sends, it sends for this run. */
export function duringRun<T>(runId: string, work: () => Promise<T>): Promise<T> {
  return scopes.run({ runId, latest: undefined }, work);
}

/** The engine's view of it. */
export const trace: RunTrace = {
  inHand: (item, work) => {
    const scope = scopes.getStore();
    if (scope === undefined) return work();
    const { runId } = scope;
    return scopes.run({ runId, item: { side: item.side, id: item.id }, latest: undefined }, work);
  },
  latestRequest: () => scopes.getStore()?.latest,
};
