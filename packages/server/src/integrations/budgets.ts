import type { RequestBudget } from '@lockstep/api';
import type { Log } from '../postgres/log.ts';
import { PgBudget } from '../store/budget.ts';
import type { Db } from '../store/database.ts';

/** The budget of each connection in this process; what they spend is counted in the database, over all servers. */
export class Budgets {
  private readonly parts: {
    readonly db: Db;
    readonly log: Log;
    readonly standard: { readonly rate: number; readonly concurrency: number };
  };
  private readonly known = new Map<string, PgBudget>();

  constructor(parts: Budgets['parts']) {
    this.parts = parts;
  }

  /** One that was changed is made anew; a run at work keeps the one it began with. */
  of(connectionId: string, wanted: RequestBudget | null | undefined): PgBudget {
    const { db, log, standard } = this.parts;
    const rate = this.rate(wanted);
    const concurrency = wanted?.concurrency ?? standard.concurrency;
    const key = JSON.stringify([connectionId, rate, concurrency]);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const burst = Math.max(1, Math.floor(rate));
    const made = new PgBudget({ db, log, connectionId, rate, burst, concurrency });
    this.known.set(key, made);
    return made;
  }

  /** Requests a second that a connection may send. */
  rate(wanted: RequestBudget | null | undefined): number {
    return wanted?.rate ?? this.parts.standard.rate;
  }

  async close(): Promise<void> {
    await Promise.all([...this.known.values()].map((budget) => budget.close()));
  }
}
