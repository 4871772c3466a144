import type { Both, RunSummary, SideCounts } from '@lockstep/engine';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Db } from '../store/database.ts';
import { StateGauges } from './state-gauges.ts';

const SIDES = ['left', 'right'] as const;
/** What became of items, comments and files, as runs count them. */
const OUTCOMES = ['created', 'updated', 'unchanged', 'skipped', 'conflicted', 'parked'] as const;

/**
 * What this server tells Prometheus. Counters are of the runs of this process; gauges are of the whole installation, read
 * from the database when they are asked for, and the same on every server of it.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly runs = this.counter('lockstep_runs_total', 'Runs that ended here', ['outcome']);
  private readonly items = this.counter(
    'lockstep_items_total',
    'Items that runs looked at, by what became of them',
    ['side', 'outcome'],
  );
  private readonly parts = this.counter('lockstep_parts_total', 'Comments and files carried to a side', [
    'side',
    'kind',
  ]);
  private readonly requests = this.counter('lockstep_requests_total', 'Requests that runs sent to a side', [
    'side',
  ]);
  private readonly waited = this.counter(
    'lockstep_waited_seconds_total',
    'Time that runs waited for the request budget or a rate limit',
    ['side'],
  );
  private readonly messages = new Counter({
    name: 'lockstep_notifications_total',
    help: 'Attempts to deliver messages to people, by what became of them',
    labelNames: ['notification', 'outcome'],
    registers: [this.registry],
  });
  private readonly duration = new Histogram({
    name: 'lockstep_run_duration_seconds',
    help: 'How long runs took',
    labelNames: ['integration'],
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 180, 600, 1_800, 7_200],
    registers: [this.registry],
  });

  private readonly state: StateGauges;

  constructor(options: { readonly db: Db; readonly version: string }) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'lockstep_info',
      help: 'The version of this server',
      labelNames: ['version'],
      registers: [this.registry],
    }).set({ version: options.version }, 1);
    this.state = new StateGauges(options.db, this.registry);
  }

  /** A run ended on this server. */
  runEnded(integration: string, summary: RunSummary, seconds: number): void {
    this.runs.inc({ integration, outcome: summary.outcome });
    this.duration.observe({ integration }, seconds);
    const counts: Both<SideCounts> = { left: summary.left, right: summary.right };
    for (const side of SIDES) {
      for (const outcome of OUTCOMES) this.items.inc({ integration, side, outcome }, counts[side][outcome]);
      this.parts.inc({ integration, side, kind: 'comment' }, counts[side].comments);
      this.parts.inc({ integration, side, kind: 'attachment' }, counts[side].attachments);
      this.requests.inc({ integration, side }, counts[side].requests);
      this.waited.inc({ integration, side }, counts[side].waited / 1_000);
    }
  }

  /** An attempt to deliver a message ended on this server. */
  messageEnded(notification: string, outcome: 'sent' | 'failed' | 'retried'): void {
    this.messages.inc({ notification, outcome });
  }

  /** In Prometheus' text format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    await this.state.refresh();
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  private counter(name: string, help: string, labels: readonly string[]): Counter {
    return new Counter({ name, help, labelNames: ['integration', ...labels], registers: [this.registry] });
  }
}
