import type { Run } from '@lockstep/api';
import type { RunEntry } from '../store/runs.ts';
import type { Services } from './services.ts';

/** A run as people see it: by its integration's name, with the progress of one under way. */
export async function shownRun(
  services: Pick<Services, 'integrations' | 'live'>,
  entry: RunEntry,
  name?: string,
): Promise<Run> {
  const integration = name ?? (await nameOf(services, entry.integrationId));
  const progress =
    entry.endedAt === null ? (services.live.progress(entry.id) ?? entry.progress ?? undefined) : undefined;
  return {
    id: entry.id,
    integration,
    trigger: entry.trigger,
    startedAt: entry.startedAt,
    outcome: entry.outcome === null ? 'running' : entry.outcome === 'lost' ? 'abandoned' : entry.outcome,
    ...(entry.who === null ? {} : { who: entry.who }),
    ...(entry.endedAt === null
      ? {}
      : { endedAt: entry.endedAt, duration: Date.parse(entry.endedAt) - Date.parse(entry.startedAt) }),
    ...(entry.message === null ? {} : { message: entry.message }),
    ...(entry.remedy === null ? {} : { remedy: entry.remedy }),
    ...(entry.counts === null ? {} : { left: { ...entry.counts.left }, right: { ...entry.counts.right } }),
    ...(entry.plan === null
      ? {}
      : { plan: { left: { ...entry.plan.left }, right: { ...entry.plan.right } } }),
    ...(progress === undefined ? {} : { progress: { ...progress } }),
  };
}

async function nameOf({ integrations }: Pick<Services, 'integrations'>, id: string): Promise<string> {
  return (await integrations.list()).find((one) => one.id === id)?.name ?? id;
}

/** A page of what was read, with the key to read on behind it. */
export function page<T, U>(
  rows: readonly T[],
  limit: number,
  key: (row: T) => string,
  show: (row: T) => U,
): { items: U[]; next?: string } {
  const last = rows.at(-1);
  return { items: rows.map(show), ...(rows.length < limit || last === undefined ? {} : { next: key(last) }) };
}
