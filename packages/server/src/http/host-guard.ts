import type { MiddlewareHandler } from 'hono';
import { Refusal } from '../integrations/refusal.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * A server on loopback answers only to names of this machine: a web page whose name was made to lead here (DNS
 * rebinding) sends its own name. On other addresses any name may be right, and the token alone decides.
 */
export function hostGuard(listening: string, allowed: readonly string[]): MiddlewareHandler {
  const bound = listening.includes(':') ? `[${listening}]` : listening.toLowerCase();
  const names = new Set([...LOOPBACK, ...allowed.map((name) => name.toLowerCase())]);
  return async (context, next) => {
    const name = (context.req.header('host') ?? '').toLowerCase().replace(/:\d+$/, '');
    if (LOOPBACK.has(bound) && !names.has(name)) {
      throw new Refusal(
        421,
        'unknown-host',
        `this server listens for this machine only and is not called “${name}”`,
        'Use the address that it printed at its start. If a proxy passes requests on, start it with --allow-host NAME.',
      );
    }
    await next();
  };
}
