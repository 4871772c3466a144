import type { Integration, IntegrationStatus, Run } from '@lockstep/api';
import { isLate } from '../integrations/late.ts';

export interface Standing {
  readonly integration: Integration;
  /** Newest first, a few. */
  readonly runs: readonly Run[];
  readonly parked: number;
  /** The connection whose tracker has set a rate limit that lasts. */
  readonly limited?: string | null;
  readonly now: number;
}

/** One word for how an integration is, and why. */
export function healthOf({
  integration,
  runs,
  parked,
  limited = null,
  now,
}: Standing): Pick<IntegrationStatus, 'health' | 'reason'> {
  if (!integration.enabled) return { health: 'disabled', reason: 'switched off: nothing runs' };
  const [last] = runs;
  const ended = runs.filter((run) => run.outcome !== 'running');
  const failing =
    ended.length > 0 &&
    ended.slice(0, 2).every((run) => run.outcome === 'failed' || run.outcome === 'braked');
  if (failing) return { health: 'failing', reason: ended[0]?.message ?? 'its latest runs failed' };
  if (last?.outcome === 'running' && limited !== null)
    return { health: 'waiting', reason: `the tracker of connection “${limited}” asked to wait (rate limit)` };
  if (last?.outcome === 'running') return { health: 'running', reason: 'a run is under way' };
  const since = Date.parse(last?.startedAt ?? integration.enabledAt ?? new Date(now).toISOString());
  if (isLate(since, integration.interval, now)) {
    return {
      health: 'late',
      reason: `no run began within three intervals; the last at ${last?.startedAt ?? 'never'}`,
    };
  }
  if (last === undefined) return { health: 'new', reason: 'its first run is still to come' };
  if (parked > 0)
    return { health: 'degraded', reason: `${parked} parked ${parked === 1 ? 'item waits' : 'items wait'}` };
  if (ended[0]?.outcome === 'succeeded' && typeof ended[0].message === 'string')
    return { health: 'degraded', reason: ended[0].message };
  return { health: 'healthy', reason: 'its latest run went well' };
}
