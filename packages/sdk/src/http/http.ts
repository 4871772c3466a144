import type { z } from 'zod';

/** One HTTP exchange. Paths are relative to the connection's base URL; another host is refused. */
export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array | string;
  readonly signal: AbortSignal;
  /** Milliseconds; the default is the client's. */
  readonly timeout?: number;
  /** Statuses that are answers rather than errors, e.g. `[404]`. */
  readonly accept?: readonly number[];
}

export interface HttpAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T;
}

/**
 * An HTTP client for connectors: base URL and auth headers, timeouts, cancelling, Retry-After, size limits,
 * content-type check, redaction, request counting. It never repeats a write; a reading it may ask for again.
 * A failure is a `ConnectorError`: no answer to a GET, or a connection never made → `unavailable`; no answer to a
 * sent write → `ambiguous`; 401 → `auth`; 403 → `forbidden`; 404, 410 → `gone`; 409, 412 → `conflict`;
 * 400, 413, 415, 422 → `rejected`; 429 → `rate-limited`; 5xx to a GET → `unavailable`, to a write → `ambiguous`
 * (503 with Retry-After → `rate-limited`); HTML instead of JSON → `auth` (a sign-in page), to a write → `ambiguous`;
 * else `protocol`.
 */
export interface Http {
  /** Sends, reads at most `maxAnswer` bytes of JSON, and checks it against the schema. */
  json<T extends z.ZodType>(request: HttpRequest, schema: T): Promise<HttpAnswer<z.output<T>>>;
  /** Sends and drops the answer's body (204 and friends). */
  send(request: HttpRequest): Promise<HttpAnswer<undefined>>;
  /** Sends and hands out the body as a stream. */
  stream(request: HttpRequest): Promise<HttpAnswer<AsyncIterable<Uint8Array>>>;
}

export interface HttpOptions {
  readonly baseUrl: string;
  /** Sent with every request; values are redacted wherever they would show. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds per request, default 30,000. */
  readonly timeout?: number;
  /** Bytes per JSON answer, default 32 MiB. */
  readonly maxAnswer?: number;
  /** Maps a refusal to a better error when the tracker says more; return undefined to keep the standard one. */
  readonly explain?: (answer: {
    readonly status: number;
    readonly body: string;
    readonly request: HttpRequest;
  }) => Error | undefined;
}
