import { sql } from 'kysely';
import { isLate } from '../integrations/late.ts';
import { intervalOf, type Profile } from '../integrations/profile.ts';
import type { Log } from '../postgres/log.ts';
import type { Db, Trx } from '../store/database.ts';
import type { Integrations } from '../store/integrations.ts';
import { isAnybodyListening } from './listeners.ts';
import { raise, recover } from './trouble.ts';

/** Milliseconds between rounds. */
const ROUND = 30_000;

interface LastRun {
  readonly id: string;
  readonly enabled: boolean;
  readonly name: string;
  /** When its last run began; null: never. */
  readonly began: string | null;
  readonly isRunning: boolean;
  readonly isTold: boolean;
}

/** Looks for integrations that no run began for: nothing happens there that could tell of it. */
export class LateWatch {
  private readonly parts: {
    readonly db: Db;
    readonly log: Log;
    readonly integrations: Integrations;
    readonly profile: Profile;
  };
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(parts: LateWatch['parts']) {
    this.parts = parts;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.round = this.look(Date.now()).catch((error: unknown) => {
        this.parts.log.warn(
          { reason: error instanceof Error ? error.message : String(error) },
          'it could not be seen whether integrations are late',
        );
      });
    }, ROUND);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  /** `now` in milliseconds. */
  async look(now: number): Promise<void> {
    const { db, integrations, profile } = this.parts;
    if (!(await isAnybodyListening(db))) return;
    const entries = new Map((await integrations.list({ limit: 10_000 })).map((one) => [one.id, one]));
    const { rows } = await sql<LastRun>`
      select i.id, i.name, i.enabled, last.started_at as began,
        coalesce(last.id is not null and last.ended_at is null, false) as "isRunning",
        exists (select 1 from trouble where event = 'integration-late' and integration_id = i.id) as "isTold"
      from integration i left join lateral (select id, started_at, ended_at from run
        where integration_id = i.id and trigger <> 'migration' order by id desc limit 1) last on true`.execute(
      db,
    );
    for (const row of rows) {
      const entry = entries.get(row.id);
      if (entry === undefined) continue;
      // Just enabled or changed, it has three intervals from then on.
      const since = Math.max(Date.parse(row.began ?? entry.updatedAt), Date.parse(entry.updatedAt));
      const interval = intervalOf(entry.configuration, profile);
      const late = row.enabled && !row.isRunning && isLate(since, interval, now);
      if (late || row.isTold) await db.transaction().execute((trx) => this.tell(trx, row, interval, late));
    }
  }

  private async tell(trx: Trx, row: LastRun, interval: number, late: boolean): Promise<void> {
    const subject = { kind: 'integration', id: row.id, name: row.name } as const;
    if (late)
      return raise(trx, 'integration-late', {
        subject,
        summary: `no run began within three intervals of ${interval} s; the last at ${row.began ?? 'never'}`,
        remedy: 'Look into the log of the server: is it overloaded, or does a run hang?',
        count: 1,
      });
    if (row.enabled) return recover(trx, 'integration-late', subject);
    // Nobody waits for a run of it any more.
    await sql`delete from trouble where event = 'integration-late' and integration_id = ${row.id}`.execute(
      trx,
    );
  }
}
