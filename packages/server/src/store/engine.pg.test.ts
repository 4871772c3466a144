import { connectMemory, MemoryTracker } from '@lockstep/connectors';
import {
  type Clock,
  type IntegrationConfiguration,
  LeaseLost,
  runIntegration,
  type RunSummary,
} from '@lockstep/engine';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../postgres/log.ts';
import { useTestDatabase } from '../testing/database.ts';
import { beginRun, connect, migrated, withIntegration } from '../testing/store.ts';
import { PgBudget } from './budget.ts';
import type { Database } from './database.ts';
import { Runs } from './runs.ts';

const test = useTestDatabase(migrated);
const startFrom = '2026-01-01T00:00:00.000Z';
const configuration: IntegrationConfiguration = {
  name: 'int',
  left: { connection: 'a', scope: {} },
  right: { connection: 'b', scope: {} },
  types: [
    {
      left: 'task',
      right: 'task',
      fields: ['title', 'description', 'priority', 'labels'].map((id) => ({ left: id, right: id })),
      comments: { direction: 'both' },
    },
  ],
  interval: 0,
  startFrom,
};

let database: Database;
let time: number;
let left: MemoryTracker;
let right: MemoryTracker;
let budgets: PgBudget[];
let runs: number;

beforeEach(async () => {
  database = await connect(test.url);
  await withIntegration(database.db);
  time = Date.parse(startFrom);
  runs = 0;
  left = new MemoryTracker('left', () => time);
  right = new MemoryTracker('right', () => time);
  budgets = ['a', 'b'].map(
    (connectionId) => new PgBudget({ db: database.db, log: silent, connectionId, rate: 5_000, burst: 500 }),
  );
});
afterEach(async () => {
  for (const budget of budgets) await budget.close();
  await database.close();
});

/** One run; `during` happens at the first write to the right side. */
async function run(during?: () => Promise<void>): Promise<RunSummary> {
  time += 1_000;
  const id = `run-${++runs}`;
  const store = await beginRun(database.db, id);
  const signal = new AbortController().signal;
  const clock: Clock = { now: () => time, wait: async (milliseconds) => void (time += milliseconds) };
  const connectors = { left: connectMemory(left), right: connectMemory(right) };
  const [leftBudget, rightBudget] = budgets as [PgBudget, PgBudget];
  const items = connectors.right.items;
  const create = items.create.bind(items);
  const watched = {
    ...connectors.right,
    items: {
      ...items,
      create: async (...given: Parameters<typeof create>) => (await during?.(), create(...given)),
    },
  };
  const summary = await runIntegration(
    configuration,
    {
      clock,
      store,
      random: { id: () => `${id}-${(time += 1)}`, fraction: () => 0.5 },
      sides: {
        left: {
          connector: connectors.left,
          budget: leftBudget,
          schema: await connectors.left.schema(signal),
        },
        right: { connector: watched, budget: rightBudget, schema: await connectors.right.schema(signal) },
      },
    },
    { id: 'int', signal, stop: signal, enabledAt: startFrom },
  );
  expect(await new Runs(database.db).end('int', id, summary)).toBe(true);
  return summary;
}

const writes = (): number =>
  left.counts.write + right.counts.write + left.counts.comment + right.counts.comment;
const titles = (tracker: MemoryTracker): string[] =>
  [...tracker.items.values()].map((item) => String(item.fields['title'])).toSorted();

describe('the engine on PostgreSQL', () => {
  it('carries items, comments and edits both ways and then has nothing to do (P1, P3, P7)', async () => {
    for (let index = 0; index < 30; index++) left.create('ann', { title: `left ${index}`, labels: ['x'] });
    right.create('bob', { title: 'right' });
    left.comment('ann', '1', 'a word');
    expect((await run()).outcome).toBe('succeeded');
    expect(titles(right)).toEqual(titles(left));
    expect(right.items.size).toBe(31);
    const written = writes();
    await run();
    expect(writes()).toBe(written);
    time += 60_000;
    left.edit('ann', '1', { title: 'left 0, edited' });
    await run();
    expect(titles(right)).toEqual(titles(left));
    expect([...right.items.values()].flatMap((item) => item.comments)).toHaveLength(1);
  });

  it('makes no duplicate when another worker takes over between a write and its receipt (P1)', async () => {
    for (let index = 0; index < 5; index++) left.create('ann', { title: `left ${index}` });
    const interrupted = run(async () => {
      await sql`update lease set expires_at = 'epoch'`.execute(database.db);
      await new Runs(database.db).begin({
        id: 'other',
        integrationId: 'int',
        trigger: 'manual',
        holder: 'x',
        ttl: 0,
      });
    });
    await expect(interrupted).rejects.toBeInstanceOf(LeaseLost);
    expect(right.items.size).toBeGreaterThan(0);
    time += 600_000;
    for (let round = 0; round < 3; round++) await run();
    expect(titles(right)).toEqual(titles(left));
    expect(right.items.size).toBe(5);
  });
});
