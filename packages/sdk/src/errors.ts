import type { FieldId, Instant } from './item.ts';

/**
 * What the engine does about an error:
 * `config`, `auth` stop the connection · `forbidden`, `rejected` park the item · `gone` asks for a second look ·
 * `conflict` re-reads and plans again · `rate-limited` waits and costs no attempt · `unavailable` backs off ·
 * `ambiguous` looks before it retries: the write may have taken effect · `unsupported` is refused when a mapping
 * is saved · `protocol` stops: the answer does not fit.
 */
export type ErrorKind =
  | 'config'
  | 'auth'
  | 'forbidden'
  | 'rejected'
  | 'gone'
  | 'conflict'
  | 'rate-limited'
  | 'unavailable'
  | 'ambiguous'
  | 'unsupported'
  | 'protocol';

export interface ErrorDetails {
  /** How to mend it, a full sentence. */
  readonly remedy?: string;
  /** The field the tracker named. */
  readonly field?: FieldId;
  /** For `rate-limited` and `unavailable`: not before this time. */
  readonly retryAt?: Instant;
  /** Of `config`, `gone` and `forbidden`: the address or the account is wrong, whatever the scope. */
  readonly about?: 'connection';
  /** HTTP status, if one came. */
  readonly status?: number;
  /** A redacted sample of the answer, at most 500 characters. */
  readonly sample?: string;
  readonly cause?: unknown;
}

/** The only error a connector throws on purpose. The message says what happened, where, in words without secrets. */
export class ConnectorError extends Error {
  readonly kind: ErrorKind;
  readonly details: ErrorDetails;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ConnectorError';
    this.kind = kind;
    this.details = details;
  }
}

/** Anything else that escapes a connector is a defect in it, told as `protocol`. */
export function toConnectorError(error: unknown): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectorError('protocol', `unexpected failure in the connector: ${message}`, {
    cause: error,
    remedy: 'This is a defect of the connector; report it with the log of this run.',
  });
}
