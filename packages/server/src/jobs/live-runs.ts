import type { Progress } from '@lockstep/engine';

interface LiveRun {
  readonly runId: string;
  readonly stop: AbortController;
  progress: Progress | undefined;
}

/** The runs at work in this process, by integration. */
export class LiveRuns {
  private readonly runs = new Map<string, LiveRun>();
  private ending = false;

  begin(
    integrationId: string,
    runId: string,
  ): { readonly stop: AbortSignal; progress(progress: Progress): void; end(): void } {
    const run: LiveRun = { runId, stop: new AbortController(), progress: undefined };
    this.runs.set(integrationId, run);
    if (this.ending) run.stop.abort();
    return {
      stop: run.stop.signal,
      progress: (progress) => {
        run.progress = progress;
      },
      end: () => {
        if (this.runs.get(integrationId) === run) this.runs.delete(integrationId);
      },
    };
  }

  /** After the items in hand. False if no run of it is at work here. */
  stop(integrationId: string): boolean {
    const run = this.runs.get(integrationId);
    run?.stop.abort();
    return run !== undefined;
  }

  /** All, and those that were about to begin. */
  stopAll(): void {
    this.ending = true;
    for (const run of this.runs.values()) run.stop.abort();
  }

  progress(runId: string): Progress | undefined {
    return [...this.runs.values()].find((run) => run.runId === runId)?.progress;
  }
}
