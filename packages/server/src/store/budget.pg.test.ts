import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../postgres/log.ts';
import { useTestDatabase } from '../testing/database.ts';
import { connect, migrated } from '../testing/store.ts';
import { PgBudget, type BudgetOptions } from './budget.ts';
import type { Database } from './database.ts';

const test = useTestDatabase(migrated);
let pools: Database[];
let budgets: PgBudget[];
const never = new AbortController().signal;

/** Four pools stand for four worker processes. */
async function workers(
  options: Pick<BudgetOptions, 'rate' | 'burst' | 'concurrency' | 'slotTtl'>,
): Promise<PgBudget[]> {
  budgets = pools.map(({ db }) => new PgBudget({ db, log: silent, connectionId: 'c', ...options }));
  return budgets;
}
beforeEach(async () => {
  budgets = [];
  pools = await Promise.all([1, 2, 3, 4].map(() => connect(test.url, 4)));
});
afterEach(async () => {
  for (const budget of budgets) await budget.close();
  for (const pool of pools) await pool.close();
});

describe('the budget of a connection', () => {
  it('holds its rate over four workers that ask for all they can get', async () => {
    const all = await workers({ rate: 50, burst: 5, concurrency: 50 });
    const sent: number[] = [];
    const started = performance.now();
    await Promise.all(
      all.flatMap((budget) =>
        Array.from({ length: 5 }, async () => {
          while (performance.now() - started < 1_500) {
            const permit = await budget.acquire(never);
            sent.push(performance.now());
            permit.release();
          }
        }),
      ),
    );
    const seconds = ((sent.at(-1) ?? 0) - started) / 1_000;
    // The burst comes on top; a timer may fire a little late, never early.
    expect(sent.length).toBeLessThanOrEqual(50 * seconds + 5 + 2);
    expect(sent.length).toBeGreaterThan(50 * seconds * 0.7);
  });

  it('never lets more requests be under way than it has slots', async () => {
    const all = await workers({ rate: 10_000, burst: 1_000, concurrency: 3 });
    let current = 0;
    let most = 0;
    await Promise.all(
      all.flatMap((budget) =>
        Array.from({ length: 10 }, async () => {
          const permit = await budget.acquire(never);
          most = Math.max(most, ++current);
          await delay(5);
          current--;
          permit.release();
        }),
      ),
    );
    expect(most).toBe(3);
  });

  it('lets nobody send before a penalty is over, not even with permits reserved earlier', async () => {
    const [one, two] = (await workers({ rate: 10, burst: 1 })) as [PgBudget, PgBudget];
    (await one.acquire(never)).release();
    const reserved = two.acquire(never);
    await delay(20);
    const until = Date.now() + 400;
    await one.penalise(until);
    (await reserved).release();
    expect(Date.now()).toBeGreaterThanOrEqual(until - 2);
    const { waited, release } = await one.acquire(never);
    release();
    expect(waited).toBeGreaterThan(0);
  });

  it('takes the slots of a dead worker back when their lease ends, and renews those of a living one', async () => {
    const [one, two] = (await workers({ rate: 1_000, concurrency: 1, slotTtl: 300 })) as [PgBudget, PgBudget];
    const held = await one.acquire(never);
    await expect(two.acquire(AbortSignal.timeout(700))).rejects.toThrow(/timeout/);
    held.release();
    const dead = await two.acquire(never);
    // Stops its renewal, as death does, and leaves the slot.
    clearInterval((two as unknown as { renewal: NodeJS.Timeout }).renewal);
    const { waited, release } = await one.acquire(AbortSignal.timeout(3_000));
    expect(waited).toBeGreaterThan(100);
    dead.release();
    await delay(50);
    await expect(two.acquire(AbortSignal.timeout(100))).rejects.toThrow(/timeout/);
    release();
  });

  it('ends waiting with the reason of the abort', async () => {
    const [one] = (await workers({ rate: 1, burst: 1 })) as [PgBudget];
    (await one.acquire(never)).release();
    const stop = new AbortController();
    const waiting = one.acquire(stop.signal);
    stop.abort(new Error('stopped on purpose'));
    await expect(waiting).rejects.toThrow('stopped on purpose');
  });
});
