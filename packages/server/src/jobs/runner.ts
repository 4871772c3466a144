import type { Schedule } from '../integrations/integrations.ts';
import type { Integrations } from '../store/integrations.ts';
import type { Runs } from '../store/runs.ts';
import { systemRandom } from './clock.ts';
import { executeRun, type RunParts } from './execute-run.ts';
import type { LiveRuns } from './live-runs.ts';
import type { RunQueue } from './queue.ts';

/** Milliseconds between looks for enabled integrations that nothing is booked for. */
const ROUND = 30_000;

/** Runs what is due and what is asked for. */
export class Runner implements Schedule {
  private readonly queue: RunQueue;
  private readonly integrations: Integrations;
  private readonly runs: Runs;
  private readonly live: LiveRuns;
  private readonly parts: RunParts;
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(options: { readonly queue: RunQueue } & Omit<RunParts, 'bookNext' | 'forget' | 'ending'>) {
    const { queue, ...parts } = options;
    this.queue = queue;
    this.integrations = parts.integrations;
    this.runs = parts.runs;
    this.live = parts.live;
    this.parts = {
      ...parts,
      bookNext: (id, at) => queue.schedule(id, at),
      forget: (id) => queue.forget(id),
      ending: this.ending.signal,
    };
  }

  /** `concurrency` 0: books runs and executes none. */
  async start(concurrency: number): Promise<void> {
    await this.queue.start();
    await this.bookAll();
    if (concurrency > 0) await this.queue.work(concurrency, (job) => executeRun(this.parts, job));
    this.timer = setInterval(() => {
      this.bookAll().catch((error: unknown) => {
        this.parts.log.warn(
          { reason: error instanceof Error ? error.message : String(error) },
          'runs could not be booked',
        );
      });
    }, ROUND);
    this.timer.unref();
  }

  /** Asks for a run now; returns the id it will have. */
  now(integrationId: string, asked: { readonly force: boolean; readonly who: string }): Promise<string> {
    return this.queue.now({ integrationId, runId: systemRandom.id(), ...asked });
  }

  /** Whether a run asked for by `now` is still to come, or at work. */
  holds(runId: string): Promise<boolean> {
    return this.queue.holds(runId);
  }

  /** The run at work, on whichever server, ends after its items in hand; false if none is. */
  async stopRun(integrationId: string): Promise<boolean> {
    const here = this.live.stop(integrationId);
    return (await this.parts.leases.askToStop(integrationId)) || here;
  }

  async wake(integrationId: string): Promise<void> {
    const entry = await this.integrations.get(integrationId);
    if (entry === undefined || !entry.enabled) return;
    await this.queue.forget(integrationId);
    await this.book(integrationId, entry.configuration.interval);
  }

  async halt(integrationId: string): Promise<void> {
    await this.queue.forget(integrationId);
    await this.stopRun(integrationId);
  }

  /** Runs at work end after their items in hand; after `patience` milliseconds they are cut off, which loses nothing. */
  async stop(patience = 25_000): Promise<void> {
    clearInterval(this.timer);
    this.live.stopAll();
    this.parts.log.info({}, 'stopping: runs under way end after the items in hand');
    const cut = setTimeout(() => this.ending.abort(new Error('the server stops')), patience);
    await this.queue.stop(patience + 5_000);
    clearTimeout(cut);
  }

  private async bookAll(): Promise<void> {
    for (const entry of await this.integrations.list({ enabled: true, limit: 10_000 })) {
      await this.book(entry.id, entry.configuration.interval);
    }
  }

  private async book(integrationId: string, interval: number): Promise<void> {
    const [last] = await this.runs.list({ integrationId, runsOnly: true, limit: 1 });
    const earliest = last === undefined ? 0 : Date.parse(last.startedAt) + interval * 1000;
    await this.queue.schedule(integrationId, new Date(Math.max(Date.now(), earliest)));
  }
}
