import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Seeds `from` up to, and without, `to`. */
export interface Batch {
  readonly from: number;
  readonly to: number;
}

const BATCH = 100;

/** Has a worker on each core take batches of so many seeds until none is left. */
export async function onAllCores<Result>(
  worker: URL,
  first: number,
  count: number,
  done: (result: Result) => void,
  workerData?: unknown,
): Promise<void> {
  let next = first;
  const take = (): Batch | undefined => {
    if (next >= first + count) return undefined;
    const batch = { from: next, to: Math.min(next + BATCH, first + count) };
    next = batch.to;
    return batch;
  };
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () =>
      work(new Worker(worker, { workerData }), take, done),
    ),
  );
}

async function work<Result>(
  worker: Worker,
  take: () => Batch | undefined,
  done: (result: Result) => void,
): Promise<void> {
  try {
    for (let batch = take(); batch !== undefined; batch = take()) {
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.postMessage(batch);
      done(await promise);
      worker.off('error', reject);
    }
  } finally {
    await worker.terminate();
  }
}
