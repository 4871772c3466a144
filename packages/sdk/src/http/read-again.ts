import { toConnectorError } from '../errors.ts';
import type { ConnectorError } from '../errors.ts';
import type { HttpHost } from './exchange.ts';
import type { HttpRequest } from './http.ts';

/** Milliseconds before each further try of a reading that got no answer, or a web page. */
const PAUSES = [500, 2_000];
/** Refusals by a rate limit that one reading sits out, and the longest of them in milliseconds. */
const REFUSALS = 20;
const LONGEST = 120_000;

/**
 * A reading changes nothing and may be asked for again: after no answer, or a web page of something in between, a few times, after a rate limit when its time is
 * over. A page of changes may take a hundred requests; one that fails must not cost the others. Writes are never repeated
 * here: what became of them has to be found out first.
 */
export async function readAgain<T>(
  { method = 'GET', signal }: HttpRequest,
  host: HttpHost,
  attempt: () => Promise<T>,
): Promise<T> {
  const { wait } = host;
  if (method !== 'GET' || wait === undefined) return attempt();
  const pauses = [...PAUSES];
  for (let refusals = 0; ;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const known = toConnectorError(error);
      let pause: number | undefined;
      if (known.kind === 'unavailable' || isPage(known)) pause = pauses.shift();
      else if (known.kind === 'rate-limited' && refusals < REFUSALS) {
        refusals += 1;
        const until = Math.max(host.now() + 1_000, Date.parse(known.details.retryAt ?? '') || 0);
        if (until - host.now() <= LONGEST) {
          await host.hold?.(until);
          pause = until - host.now();
        }
      }
      if (pause === undefined) throw known;
      await wait(pause, signal);
    }
  }
}

/** A sign-in page comes again; that of a proxy which is busy or restarts does not. */
function isPage({ kind, details: { status } }: ConnectorError): boolean {
  return kind === 'auth' && status !== undefined && status < 300;
}
