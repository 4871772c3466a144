import type { Fault } from '@lockstep/api';

/** A request that is refused on purpose. What, to which thing, why; then how to mend it. Never holds a secret. */
export class Refusal extends Error {
  /** Stable; programs act on it. */
  readonly code: string;
  /** HTTP status. */
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 421 | 422 | 429 | 502 | 503;
  readonly remedy: string;
  readonly faults: readonly Fault[] | undefined;

  constructor(
    status: Refusal['status'],
    code: string,
    detail: string,
    remedy: string,
    faults?: readonly Fault[],
  ) {
    super(detail);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.remedy = remedy;
    this.faults = faults;
  }
}
