import { ConnectorError } from '@lockstep/sdk';
import type { BudgetShare } from '../store/budget.ts';

/** Milliseconds that a tracker may take for one answer, and its budget for letting one request pass, where somebody waits. */
export const PATIENCE = 12_000;

/** A connection's budget for somebody who waits for the answer: a long wait for it is told, not sat out. */
export function hurried(budget: BudgetShare, patience = PATIENCE): BudgetShare {
  const soon = within(patience);
  return {
    acquire: (signal) => soon(signal, (limited) => budget.acquire(limited)),
    permit: (signal) => soon(signal, (limited) => budget.permit(limited)),
    slot: (signal) => soon(signal, (limited) => budget.slot(limited)),
    penalise: (until) => budget.penalise(until),
  };
}

function within(milliseconds: number) {
  return async <T>(signal: AbortSignal, wait: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const patience = AbortSignal.timeout(milliseconds);
    try {
      return await wait(AbortSignal.any([signal, patience]));
    } catch (error) {
      if (!patience.aborted || signal.aborted) throw error;
      throw new ConnectorError(
        'rate-limited',
        'no request may be sent now, since its tracker has set a rate limit or its budget is spent on other work',
        { cause: error, remedy: 'Wait until the limit is over, or raise the budget of the connection.' },
      );
    }
  };
}
