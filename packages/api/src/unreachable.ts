/** No answer came: the server is not there, or something else is. */
export class Unreachable extends Error {
  constructor(baseUrl: string, reason: string) {
    super(`no Lockstep server answers at ${baseUrl}: ${reason}`);
    this.name = 'Unreachable';
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'there is no such host'],
  ['EAI_AGAIN', 'the host name cannot be looked up now'],
  ['EHOSTUNREACH', 'there is no way to this host'],
  ['ENETUNREACH', 'there is no way to its network'],
  ['UND_ERR_CONNECT_TIMEOUT', 'it takes no connections'],
  ['UND_ERR_SOCKET', 'it broke the connection'],
  ['ECONNRESET', 'it broke the connection'],
]);

/** Why no answer came, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'it takes connections and says nothing';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = String((cause as { code?: unknown }).code);
  const message = cause instanceof Error ? cause.message : String(cause);
  if (message === 'bad port') return 'this port belongs to another protocol than http';
  if (/^(ERR_SSL|EPROTO|ERR_TLS)/.test(code)) return `no TLS connection can be made (${code})`;
  if (/CERT|UNABLE_TO_/.test(code))
    return `its TLS certificate is not trusted here (${code}); NODE_EXTRA_CA_CERTS names a file with its authority`;
  return REASONS.get(code) ?? message;
}

/** Whether a Lockstep server is there at all. A long answer is waited for, so it has to be known that one may come. */
export async function assertServer(baseUrl: string, milliseconds: number): Promise<void> {
  const answer = await fetch(new URL('/healthz', baseUrl), { signal: AbortSignal.timeout(milliseconds) })
    .then(async (it) => ({ status: it.status, body: await it.text() }))
    .catch((error: unknown) => {
      throw new Unreachable(baseUrl, reasonOf(error));
    });
  // A server that calls itself otherwise than the address does refuses in words that the next request tells.
  if (answer.status === 421 || /"ok"\s*:\s*true/.test(answer.body)) return;
  throw new Unreachable(baseUrl, `it answered ${answer.status} and is no Lockstep server`);
}
