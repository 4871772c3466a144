import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient, type Client, type IntegrationInput, type Run } from '@lockstep/api';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect } from 'vitest';
import { startServer, type RunningServer, type ServerOptions } from '../compose.ts';
import { silent } from '../postgres/log.ts';
import { connectDatabase } from '../store/database.ts';
import type { TestDatabase } from './database.ts';

export interface Serving {
  readonly dataFolder: string;
  /** Ended after the test, the latest first. */
  start(
    options?: Partial<ServerOptions>,
  ): Promise<{ readonly server: RunningServer; readonly client: Client }>;
}

/** For `useTestDatabase`: a database on which a server has started once. Its key is forgotten. */
export async function served(url: string): Promise<void> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'lockstep-served-'));
  const server = await startServer({ dataFolder, databaseUrl: url, port: 0, log: silent });
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
  const { db, close } = await connectDatabase({ url, log: silent });
  await sql`delete from key_check`.execute(db).finally(close);
}

/** Call at the top of a test file: servers on the test's database, each test with a data folder of its own. */
export function useServers(database: TestDatabase): Serving {
  let dataFolder = '';
  const running: RunningServer[] = [];
  beforeEach(async () => {
    dataFolder = await mkdtemp(path.join(tmpdir(), 'lockstep-serving-'));
  });
  afterEach(async () => {
    for (let server = running.pop(); server !== undefined; server = running.pop()) await server.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });
  return {
    get dataFolder() {
      return dataFolder;
    },
    start: async (options = {}) => {
      const server = await startServer({
        dataFolder,
        databaseUrl: database.url,
        port: 0,
        log: silent,
        budget: { rate: 1000 },
        ...options,
      });
      running.push(server);
      return { server, client: createClient(server.url, server.token) };
    },
  };
}

/** Fresh memory trackers of this process, by name. */
export function openTracker(name: string, hooks: MemoryTracker['hooks'] = {}): MemoryTracker {
  const tracker = new MemoryTracker(name, () => Date.now(), {}, hooks);
  memoryTrackers.set(name, tracker);
  return tracker;
}

/** Tasks of tracker `left` with those of tracker `right`. */
export function between(left: string, right: string, more: Partial<IntegrationInput> = {}): IntegrationInput {
  return {
    left: { connection: left, scope: {} },
    right: { connection: right, scope: {} },
    interval: '1h',
    startFrom: '2020-01-01',
    types: [{ left: 'Task', right: 'Task', fields: ['Title <-> Title', 'Status <-> Status'] }],
    ...more,
  };
}

/** Connections `left` and `right` to the trackers of these names, and integration `one` between them. */
export async function configureOne(client: Client, more: Partial<IntegrationInput> = {}): Promise<void> {
  await client.configure({
    connections: {
      left: { tracker: 'memory', config: { tracker: 'left' } },
      right: { tracker: 'memory', config: { tracker: 'right' } },
    },
    integrations: { one: between('left', 'right', more) },
  });
}

/** The latest ended run of `one`. */
export async function latestEnded(client: Client, timeout = 10_000): Promise<Run> {
  let found: Run | undefined;
  await expect
    .poll(
      async () => {
        found = (await client.runs('one')).items.find((run) => run.outcome !== 'running');
        return found?.outcome;
      },
      { timeout },
    )
    .toBeDefined();
  if (found === undefined) throw new Error('no run has ended');
  return found;
}
