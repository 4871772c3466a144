import type { Schedule } from '../integrations/integrations.ts';
import { intervalOf } from '../integrations/profile.ts';
import type { IntegrationEntry, Integrations } from '../store/integrations.ts';
import type { Runs } from '../store/runs.ts';
import { systemRandom } from './clock.ts';
import { Crew } from './crew.ts';
import { executeRun, type RunParts } from './execute-run.ts';
import type { LiveRuns } from './live-runs.ts';
import type { RunJob, RunQueue } from './queue.ts';

/** Milliseconds between looks for enabled integrations that nothing is booked for. */
const ROUND = 30_000;

/** Runs what is due and what is asked for. */
export class Runner implements Schedule {
  private readonly queue: RunQueue;
  private readonly integrations: Integrations;
  private readonly runs: Runs;
  private readonly live: LiveRuns;
  private readonly parts: RunParts;
  private readonly slowAfter: number | undefined;
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    options: {
      readonly queue: RunQueue;
      /** Milliseconds after which a run counts as slow. */
      readonly slowAfter?: number | undefined;
    } & Omit<RunParts, 'bookNext' | 'forget' | 'ending'>,
  ) {
    const { queue, slowAfter, ...parts } = options;
    this.slowAfter = slowAfter;
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
    if (concurrency > 0) await this.work(concurrency);
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

  private async work(standing: number): Promise<void> {
    const handle = (job: RunJob): Promise<void> => crew.during(() => executeRun(this.parts, job));
    const crew = new Crew({
      standing,
      slowAfter: this.slowAfter,
      hire: () => this.queue.hire(1, handle),
      dismiss: (worker) => this.queue.dismiss(worker),
      onTrouble: (error) =>
        this.parts.log.warn(
          { reason: error instanceof Error ? error.message : String(error) },
          'the number of workers could not be changed',
        ),
    });
    await this.queue.hire(standing, handle);
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
    await this.book(entry);
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
      await this.book(entry);
    }
  }

  private async book({ id: integrationId, configuration }: IntegrationEntry): Promise<void> {
    const interval = intervalOf(configuration, this.parts.profile);
    const [last] = await this.runs.list({ integrationId, runsOnly: true, limit: 1 });
    const earliest = last === undefined ? 0 : Date.parse(last.startedAt) + interval * 1000;
    await this.queue.schedule(integrationId, new Date(Math.max(Date.now(), earliest)));
  }
}
