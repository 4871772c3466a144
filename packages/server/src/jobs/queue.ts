import { PgBoss } from 'pg-boss';
import type { Job } from 'pg-boss';
import type { Log } from '../postgres/log.ts';

/** One run asked for. A scheduled one has neither id nor force. */
export interface RunRequest {
  readonly integrationId: string;
  /** Of a run somebody asked for: the id that the run will have. */
  readonly runId?: string;
  readonly force?: boolean;
  /** Who asked for it. */
  readonly who?: string;
}

export interface RunJob {
  readonly request: RunRequest;
  /** Aborts when another worker has this job: stop writing at once. */
  readonly signal: AbortSignal;
}

const QUEUE = 'runs';
/** Seconds; the least pg-boss takes, so a dead worker's run is taken over after about as long. */
const HEARTBEAT = 10;

/** The run queue: per integration at most one job waits and one is at work, over all workers. */
export class RunQueue {
  private readonly boss: PgBoss;

  constructor(options: { readonly url: string; readonly log: Log }) {
    this.boss = new PgBoss({
      connectionString: options.url,
      application_name: 'lockstep-jobs',
      schema: 'pgboss',
      max: 4,
      useListenNotify: true,
      superviseIntervalSeconds: 2,
      monitorIntervalSeconds: 2,
      schedule: false,
    });
    this.boss.on('error', (error) =>
      options.log.warn({ reason: error.message }, 'the job queue met an error'),
    );
  }

  async start(): Promise<void> {
    await this.boss.start();
    const options = {
      heartbeatSeconds: HEARTBEAT,
      // The heartbeat tells the dead from the slow; this is only the last resort.
      expireInSeconds: 23 * 3600,
      retryLimit: 3,
      deleteAfterSeconds: 3600,
      notify: true,
    };
    if ((await this.boss.getQueue(QUEUE)) === null)
      await this.boss.createQueue(QUEUE, { policy: 'stately', ...options });
    else await this.boss.updateQueue(QUEUE, options);
  }

  /** Workers, of which each does one job at a time; the id by which `dismiss` knows them. */
  async hire(workers: number, handle: (job: RunJob) => Promise<void>): Promise<string> {
    const options = {
      batchSize: 1,
      localConcurrency: workers,
      pollingIntervalSeconds: 0.5,
      notifyPollingIntervalSeconds: 0.5,
    };
    return this.boss.work<RunRequest>(QUEUE, options, async (jobs: Job<RunRequest>[]) => {
      for (const job of jobs) await handle({ request: job.data, signal: job.signal });
    });
  }

  /** They take no further job; one in hand is done to its end. */
  async dismiss(workers: string): Promise<void> {
    await this.boss.offWork(QUEUE, { id: workers, wait: false });
  }

  /** Not before `at`; nothing happens if a job of this integration waits already. */
  async schedule(integrationId: string, at: Date): Promise<void> {
    await this.boss.send(QUEUE, { integrationId }, { singletonKey: integrationId, startAfter: at });
  }

  /** Now, in place of what waits. Returns the run's id: that of an equal request still waiting, or the one given. */
  async now(request: RunRequest & { readonly runId: string }): Promise<string> {
    for (let attempt = 0; attempt < 10; attempt++) {
      const waiting = await this.waiting(request.integrationId);
      const same = waiting.find((job) => job.data.runId !== undefined && job.data.force === request.force);
      if (same?.data.runId !== undefined) return same.data.runId;
      for (const job of waiting) await this.boss.deleteJob(QUEUE, job.id);
      const sent = await this.boss.send(
        QUEUE,
        { ...request },
        { singletonKey: request.integrationId, priority: 10 },
      );
      if (sent !== null) return request.runId;
    }
    throw new Error(`the run of ${request.integrationId} could not be queued`);
  }

  /** Whether a run asked for under this id is still to come, or at work. */
  async holds(runId: string): Promise<boolean> {
    const jobs = await this.boss.findJobs<RunRequest>(QUEUE, { data: { runId } });
    return jobs.some(({ state }) => state === 'created' || state === 'retry' || state === 'active');
  }

  /** Whoever waits for this integration waits no more. */
  async forget(integrationId: string): Promise<void> {
    for (const job of await this.waiting(integrationId)) await this.boss.deleteJob(QUEUE, job.id);
  }

  /** Ends the workers; those at work have so many milliseconds to end. */
  async stop(patience: number): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: patience, close: true });
  }

  private async waiting(integrationId: string) {
    const jobs = await this.boss.findJobs<RunRequest>(QUEUE, { key: integrationId, queued: true });
    return jobs.filter((job) => job.state === 'created');
  }
}
