import type { DetectedChange, Store } from '../ports/store.ts';

export const BATCH = 200;

/** The whole spool, batch by batch. */
export async function* readAll(store: Store): AsyncIterable<DetectedChange> {
  for (let after = -1; ;) {
    const batch = await store.readSpool(after, BATCH);
    yield* batch;
    const last = batch.at(-1);
    if (last === undefined || batch.length < BATCH) return;
    after = last.position;
  }
}
