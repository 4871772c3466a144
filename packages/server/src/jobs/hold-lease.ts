import type { Log } from '../postgres/log.ts';
import type { Leases } from '../store/leases.ts';
import type { RunProgress } from '../store/run-progress.ts';

/** Milliseconds; as long as a silent worker is believed to live. */
export const LEASE = 10_000;

/** Renews a run's lease until `end`; calls `stop` when the run is asked to end; aborts `lost` when another run has it, or it could not be renewed in time. */
export function holdLease(parts: {
  readonly leases: Leases;
  readonly integrationId: string;
  readonly runId: string;
  readonly log: Log;
  readonly stop: () => void;
  readonly progress?: () => RunProgress | undefined;
}): { readonly lost: AbortSignal; end(): void } {
  const { leases, integrationId, runId, log } = parts;
  const lost = new AbortController();
  let renewedAt = Date.now();
  const renew = async (): Promise<void> => {
    const asked = Date.now();
    try {
      const held = await leases.renew(integrationId, runId, LEASE, parts.progress?.());
      if (held === undefined) lost.abort(new Error(`run ${runId} lost its lease`));
      else renewedAt = asked;
      if (held?.stop === true) parts.stop();
    } catch (error) {
      log.warn(
        { runId, reason: error instanceof Error ? error.message : String(error) },
        'a lease could not be renewed',
      );
    }
    if (Date.now() - renewedAt > LEASE) lost.abort(new Error(`run ${runId} could not renew its lease`));
  };
  const timer = setInterval(() => void renew(), LEASE / 4);
  return { lost: lost.signal, end: () => clearInterval(timer) };
}
