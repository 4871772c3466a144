import type { Progress } from '@lockstep/engine';
import type { RunProgress } from '../store/run-progress.ts';

interface LiveRun {
  readonly runId: string;
  readonly stop: AbortController;
  progress: Progress | undefined;
  /** When its first change was dealt with, by the monotonic clock. */
  applyingSince: number | undefined;
}

/** A run at work here, as it tells of itself. */
export interface LiveHandle {
  readonly stop: AbortSignal;
  progress(progress: Progress): void;
  soFar(): RunProgress | undefined;
  end(): void;
}

/** The runs at work in this process, by integration. */
export class LiveRuns {
  private readonly runs = new Map<string, LiveRun>();
  private ending = false;

  begin(integrationId: string, runId: string): LiveHandle {
    const run: LiveRun = {
      runId,
      stop: new AbortController(),
      progress: undefined,
      applyingSince: undefined,
    };
    this.runs.set(integrationId, run);
    if (this.ending) run.stop.abort();
    return {
      stop: run.stop.signal,
      progress: (progress) => {
        if (progress.phase === 'apply') run.applyingSince ??= performance.now();
        run.progress = progress;
      },
      soFar: () => soFar(run),
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

  progress(runId: string): RunProgress | undefined {
    const run = [...this.runs.values()].find((one) => one.runId === runId);
    return run === undefined ? undefined : soFar(run);
  }
}

/** The time to go is told from a few changes on: the first ones say little. */
const TELLING = 5;

function soFar({ progress, applyingSince }: LiveRun): RunProgress | undefined {
  if (progress === undefined || applyingSince === undefined || progress.done < TELLING) return progress;
  const each = (performance.now() - applyingSince) / progress.done;
  return { ...progress, remaining: Math.round(each * (progress.total - progress.done)) };
}
