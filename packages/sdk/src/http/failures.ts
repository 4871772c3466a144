import { ConnectorError } from '../errors.ts';
import type { HttpRequest } from './http.ts';
import { explainTls } from './tls.ts';

/** Failures that end a request before anything of it was sent. */
const NEVER_CONNECTED: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens at this address and port'],
  ['ENOTFOUND', 'there is no host of this name'],
  ['EAI_AGAIN', 'the host name cannot be looked up now'],
  ['EHOSTUNREACH', 'there is no way to this host'],
  ['ENETUNREACH', 'there is no way to the network of this host'],
  ['UND_ERR_CONNECT_TIMEOUT', 'the server does not take connections'],
]);

function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return '';
}

const BROKEN =
  'Check the port in the URL of the connection and whether it begins with http or https as the server expects, that the server runs, and any proxy in between.';

/** No answer at all. A write that may have been sent is `ambiguous`; one that never left is `unavailable`. */
export function explainNoAnswer(error: unknown, request: HttpRequest, where: string): ConnectorError {
  const code = codeOf(error);
  const tls = explainTls(code, where, error);
  if (tls !== undefined) return tls;
  const isRead = (request.method ?? 'GET') === 'GET';
  if (NEVER_CONNECTED.has(code)) {
    return new ConnectorError('unavailable', `${where}: ${NEVER_CONNECTED.get(code)} (${code})`, {
      cause: error,
      remedy: 'Check the URL of the connection, that the server runs, and that no firewall is in between.',
    });
  }
  if (error instanceof Error && error.cause instanceof Error && error.cause.message === 'bad port') {
    return new ConnectorError('config', `${where}: this port belongs to another protocol than http`, {
      about: 'connection',
      remedy: 'Check the port in the URL of the connection.',
    });
  }
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  const what = timedOut ? 'did not answer in time' : `broke the connection${code === '' ? '' : ` (${code})`}`;
  return new ConnectorError(isRead ? 'unavailable' : 'ambiguous', `${where}: the server ${what}`, {
    cause: error,
    ...(isRead && !timedOut ? { remedy: BROKEN } : {}),
  });
}

const LONGEST_WAIT = 24 * 60 * 60 * 1000;

/** When to come back: `Retry-After` is seconds or an HTTP date; more than a day is not believed. */
export function retryAt(headers: Headers, now: number): string | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (value === '') return undefined;
  const time = /^\d+(\.\d+)?$/.test(value) ? now + Number(value) * 1000 : Date.parse(value);
  if (Number.isNaN(time)) return undefined;
  return new Date(Math.min(Math.max(time, now), now + LONGEST_WAIT)).toISOString();
}

const BY_STATUS: Readonly<Record<number, ConnectorError['kind']>> = {
  400: 'rejected',
  401: 'auth',
  403: 'forbidden',
  404: 'gone',
  409: 'conflict',
  410: 'gone',
  412: 'conflict',
  413: 'rejected',
  415: 'rejected',
  422: 'rejected',
  429: 'rate-limited',
};

const REMEDY: Readonly<Record<number, string>> = {
  401: 'Check the key or password of the connection: it is wrong, expired or revoked.',
  403: 'Give the account of the connection the right it lacks.',
};

/** What web servers say on a port that speaks TLS. */
const NEEDS_TLS =
  /plain HTTP (request was sent )?to (an SSL-enabled|HTTPS) (server )?port|HTTP request to an HTTPS server/i;

/** Undefined where it is no word of a web server in front of the tracker about the address. */
export function explainAddress(status: number, body: string, where: string): ConnectorError | undefined {
  if (status !== 400 || !NEEDS_TLS.test(body)) return undefined;
  return new ConnectorError('config', `${where}: the server speaks https only on this port`, {
    status,
    about: 'connection',
    remedy: 'Write https in the URL of the connection.',
  });
}

export function explainStatus(
  status: number,
  headers: Headers,
  body: string,
  request: HttpRequest,
  where: string,
  now: number,
): ConnectorError {
  const retry = retryAt(headers, now);
  const isRead = (request.method ?? 'GET') === 'GET';
  const fallback: ConnectorError['kind'] =
    status >= 500 || status === 408 ? (isRead ? 'unavailable' : 'ambiguous') : 'protocol';
  const kind = status === 503 && retry !== undefined ? 'rate-limited' : (BY_STATUS[status] ?? fallback);
  const sample = body.slice(0, 500);
  const remedy = REMEDY[status];
  return new ConnectorError(
    kind,
    `${where}: the server answered ${status}${sample === '' ? '' : `: ${sample.slice(0, 200)}`}`,
    {
      status,
      ...(sample === '' ? {} : { sample }),
      ...(remedy === undefined ? {} : { remedy }),
      ...(retry === undefined ? {} : { retryAt: retry }),
    },
  );
}
