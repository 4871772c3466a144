import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { BudgetShare } from '../store/budget.ts';
import { hurried } from './hurried.ts';

const waiting = (signal: AbortSignal): Promise<never> => delay(60_000, undefined as never, { signal });
const never: BudgetShare = {
  acquire: waiting,
  permit: waiting,
  slot: waiting,
  penalise: async () => undefined,
};

it('tells that the budget keeps everybody waiting, in place of waiting with them', async () => {
  const { acquire, permit, slot } = hurried(never, 20);
  for (const ask of [acquire, permit, slot])
    await expect(ask(new AbortController().signal)).rejects.toMatchObject({
      kind: 'rate-limited',
      message: expect.stringContaining('rate limit'),
    });
});

it('ends with its caller, as what it is', async () => {
  const caller = new AbortController();
  caller.abort(new Error('stopped'));
  await expect(hurried(never, 60_000).permit(caller.signal)).rejects.not.toMatchObject({
    kind: 'rate-limited',
  });
});
