import { ConnectorError } from '../errors.ts';
import type { HttpRequest } from './http.ts';

const NEVER_CONNECTED = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return '';
}

/** No answer at all. A write that may have been sent is `ambiguous`; one that never left is `unavailable`. */
export function explainNoAnswer(error: unknown, request: HttpRequest, where: string): ConnectorError {
  const code = codeOf(error);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|SSL|TLS/.test(code)) {
    return new ConnectorError('config', `${where}: the server's TLS certificate is not trusted (${code})`, {
      cause: error,
      remedy:
        'Use a certificate that this machine trusts, or name its authority in NODE_EXTRA_CA_CERTS; check the host name in the URL.',
    });
  }
  const isRead = (request.method ?? 'GET') === 'GET';
  if (NEVER_CONNECTED.includes(code)) {
    return new ConnectorError('unavailable', `${where}: the server cannot be reached (${code})`, {
      cause: error,
      remedy: 'Check the URL of the connection, that the server runs, and that no firewall is in between.',
    });
  }
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  const what = timedOut ? 'did not answer in time' : `broke the connection${code === '' ? '' : ` (${code})`}`;
  return new ConnectorError(isRead ? 'unavailable' : 'ambiguous', `${where}: the server ${what}`, {
    cause: error,
  });
}

/** When to come back: seconds or an HTTP date. */
export function retryAt(headers: Headers, now: number): string | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = Number(value);
  const time = Number.isFinite(seconds) ? now + seconds * 1000 : Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
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
    status >= 500 ? (isRead ? 'unavailable' : 'ambiguous') : 'protocol';
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
