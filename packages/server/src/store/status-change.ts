/** `recent`: of a pause, what changed within the look-back window. `all`: everything. `none`: from now on. */
export type ResumeMode = 'recent' | 'all' | 'none';

export interface StatusReason {
  readonly who: string;
  readonly why: string;
  /** Default: all of the pause syncs. */
  readonly resume?: {
    readonly mode: ResumeMode;
    /** Seconds. */
    readonly lookBack: number;
    /** Milliseconds on our clock; default now. */
    readonly now?: number;
  };
}

export interface StatusChange {
  readonly id: string;
  readonly at: string;
  readonly enabled: boolean;
  readonly who: string;
  readonly why: string;
  /** Of an integration that is enabled again. */
  readonly resume: ResumeMode | null;
  /** Wishes of before the pause that are not done any more. */
  readonly dropped: number;
  readonly leftOutFrom: string | null;
  readonly leftOutUntil: string | null;
}

export const NOBODY: StatusReason = { who: 'the server', why: '' };

/** Until when the changes of a pause do not sync; undefined when all of them do. */
export function leftOutUntil(pausedAt: string, { resume }: StatusReason): string | undefined {
  if (resume === undefined || resume.mode === 'all') return undefined;
  const now = resume.now ?? Date.now();
  const until = resume.mode === 'none' ? now : now - resume.lookBack * 1000;
  return until <= Date.parse(pausedAt) ? undefined : new Date(until).toISOString();
}
