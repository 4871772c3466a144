import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../packages/server/src/postgres/embedded.ts';
import { silent } from '../../packages/server/src/postgres/log.ts';
import { StartupError } from '../../packages/server/src/postgres/startup-error.ts';
import { connectDatabase } from '../../packages/server/src/store/database.ts';
import type { PgStore } from '../../packages/server/src/store/pg-store.ts';
import { beginRun } from '../../packages/server/src/testing/store.ts';
import { tellCursor, tellStep } from './acknowledged.ts';
import type { First, Job } from './job.ts';
import { commit, recover, STEPS } from './work.ts';

/**
 * A process that tries to serve the data folder, says how that went, waits for its job on standard input, and then
 * commits without end. A line is out before the next commit begins, so it outlives a death right behind it.
 */
const [dataFolder = '', settings = '{}'] = process.argv.slice(2);
const tell = (line: string): void => {
  try {
    writeSync(1, `${line}\n`);
  } catch (error) {
    // Nobody listens any more: standard input is closed then, too, and that ends us.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
};

let server: EmbeddedPostgres | undefined;
let first: First;
try {
  server = await startEmbeddedPostgres({
    dataFolder,
    log: silent,
    settings: JSON.parse(settings) as Record<string, string>,
  });
  first = { serves: { url: server.url, isAdopted: server.adopted } };
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  first = { refused: { code: error.code, message: error.message } };
}
tell(JSON.stringify(first));

const input = createInterface({ input: process.stdin });
input.on('close', () => void (server?.stop() ?? Promise.resolve()).finally(() => process.exit(0)));
input.once('line', (line) => void work(JSON.parse(line) as Job));

async function work(job: Job): Promise<never> {
  for (let attempt = 1; ; attempt++) {
    // As the product does: a run that lost its database ends, and the next one recovers.
    await run(job, attempt).catch(() => delay(50));
  }
}

async function run({ url, integrations, lanes, life, early }: Job, attempt: number): Promise<void> {
  const database = await connectDatabase({ url, log: silent, max: integrations.length * lanes });
  const failed = new AbortController();
  try {
    await Promise.all(
      integrations.map(async (integration) => {
        const id = `${life}.${attempt}`;
        const store = await beginRun(database.db, `${id}.${integration}`, integration, 1);
        await recover(store, (key, step) => tell(tellStep(key, step)));
        await Promise.all(
          Array.from({ length: lanes }, (_, lane) => write(store, integration, `${id}.${lane}`)),
        );
      }),
    );
  } finally {
    failed.abort();
    await database.close();
  }

  async function write(store: PgStore, integration: string, lane: string): Promise<void> {
    for (let number = 1; !failed.signal.aborted; number++) {
      const key = `${integration}.${lane}.${number}`;
      for (const step of STEPS) {
        const words = tellStep(key, step);
        if (early) tell(words);
        await commit(store, key, step);
        if (!early) tell(words);
      }
      if (!lane.endsWith('.0')) continue;
      const since = new Date().toISOString();
      await store.saveCursors({ left: { fingerprint: key, since } });
      tell(tellCursor(integration, since));
    }
  }
}
