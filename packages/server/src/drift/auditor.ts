import { auditPairs } from '@lockstep/engine';
import { ConnectorError } from '@lockstep/sdk';
import { withFilterIds } from '../integrations/filters.ts';
import type { Sides } from '../integrations/sides.ts';
import { trackerFailure } from '../integrations/tracker-failure.ts';
import { systemClock, systemRandom } from '../jobs/clock.ts';
import { failure } from '../jobs/failure.ts';
import type { Log } from '../postgres/log.ts';
import type { Db } from '../store/database.ts';
import { AuditLost, PgAudit } from '../store/drift-audits.ts';
import type { DriftAuditEntry, DriftAudits } from '../store/drift-audits.ts';
import type { Integrations } from '../store/integrations.ts';
import { createPlanStore } from '../store/plan-store.ts';

/** Milliseconds between looks for audits that may go on. */
const ROUND = 1_000;
/** Milliseconds for which a server that falls silent keeps an audit. */
const HELD = 10_000;
/** Milliseconds before another try, doubled with each failure in a row. */
const FIRST_REST = 15_000;
const LONGEST_REST = 10 * 60_000;

export interface AuditorParts {
  readonly db: Db;
  readonly log: Log;
  readonly integrations: Pick<Integrations, 'get'>;
  readonly audits: DriftAudits;
  readonly sides: Sides;
  readonly holder: string;
}

/** Compares pairs for audits, beside the runs: it takes no lease of theirs, only its share of the request budgets. */
export class Auditor {
  private readonly parts: AuditorParts;
  private readonly atWork = new Map<
    string,
    { readonly work: Promise<void>; readonly stop: AbortController }
  >();
  private readonly ending = new AbortController();
  private concurrency = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: AuditorParts) {
    this.parts = parts;
  }

  /** `concurrency`: audits side by side; 0: none, other servers compare. */
  start(concurrency: number): void {
    this.concurrency = concurrency;
    if (concurrency === 0) return;
    this.timer = setInterval(() => this.look(), ROUND);
    this.timer.unref();
  }

  /** Looks now, as when one was started. */
  look(): void {
    this.begin().catch((error: unknown) => {
      this.parts.log.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        'no audit could be looked for',
      );
    });
  }

  /** The one at work here ends after the pairs in hand; on another server once it renews its hold. */
  halt(id: string): void {
    this.atWork.get(id)?.stop.abort();
  }

  /** Those at work end after the pairs in hand; after `patience` milliseconds they are cut off, which loses nothing. */
  async stop(patience = 10_000): Promise<void> {
    clearInterval(this.timer);
    for (const { stop } of this.atWork.values()) stop.abort();
    const cut = setTimeout(() => this.ending.abort(new Error('the server stops')), patience);
    await Promise.all([...this.atWork.values()].map(({ work }) => work));
    clearTimeout(cut);
  }

  private async begin(): Promise<void> {
    const free = this.concurrency - this.atWork.size;
    if (free <= 0 || this.ending.signal.aborted) return;
    for (const audit of await this.parts.audits.claim(this.parts.holder, free, HELD)) {
      const stop = new AbortController();
      const work = this.work(audit, stop).finally(() => this.atWork.delete(audit.id));
      this.atWork.set(audit.id, { work, stop });
    }
  }

  private async work(audit: DriftAuditEntry, stop: AbortController): Promise<void> {
    const { audits, holder, log } = this.parts;
    const hold = this.hold(audit.id, stop);
    try {
      const signal = AbortSignal.any([hold.lost, this.ending.signal]);
      const isThrough = await this.compare(audit, { signal, stop: stop.signal });
      if (isThrough) await audits.end(audit.id, 'done');
      else await audits.rest(audit.id, holder, 0);
    } catch (error) {
      if (error instanceof AuditLost || hold.lost.aborted || this.ending.signal.aborted) return;
      const { message = 'it could not go on', remedy } = failure(
        error instanceof ConnectorError ? trackerFailure(error, 'of this integration') : error,
      );
      log.warn({ audit: audit.id, reason: message }, 'an audit could not go on');
      const wait = Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.min(audit.failures, 10));
      await audits
        .rest(audit.id, holder, wait, { message, remedy })
        .catch((reason: unknown) =>
          log.warn({ audit: audit.id, err: reason }, 'an audit could not be let go'),
        );
    } finally {
      hold.end();
    }
  }

  private async compare(
    audit: DriftAuditEntry,
    signals: { readonly signal: AbortSignal; readonly stop: AbortSignal },
  ): Promise<boolean> {
    const { db, holder } = this.parts;
    const entry = await this.parts.integrations.get(audit.integrationId);
    if (entry === undefined) return false;
    const { id, configuration, enabledAt } = entry;
    const sides = await this.parts.sides.open(configuration, signals.signal);
    const schemas = { left: sides.left.schema, right: sides.right.schema };
    return auditPairs(
      withFilterIds(configuration, schemas),
      {
        clock: systemClock,
        random: systemRandom,
        store: createPlanStore({ db, integrationId: id, planId: systemRandom.id() }),
        audit: new PgAudit(db, { id: audit.id, integrationId: id, holder }),
        sides,
      },
      { id, ...signals, enabledAt: enabledAt ?? new Date().toISOString(), position: audit.position },
    );
  }

  private hold(id: string, stop: AbortController): { readonly lost: AbortSignal; end(): void } {
    const { audits, holder, log } = this.parts;
    const lost = new AbortController();
    const renew = async (): Promise<void> => {
      const held = await audits.renew(id, holder, HELD);
      if (held === 'ended') stop.abort();
      else if (held === 'lost') lost.abort(new AuditLost(`audit ${id} is another server’s by now`));
    };
    const timer = setInterval(() => {
      renew().catch((error: unknown) =>
        log.warn(
          { audit: id, reason: error instanceof Error ? error.message : String(error) },
          'an audit could not be held; it goes on where it was kept last',
        ),
      );
    }, HELD / 4);
    return { lost: lost.signal, end: () => clearInterval(timer) };
  }
}
