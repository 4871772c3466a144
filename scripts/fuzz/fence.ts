import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/** How the lines begin that tell of a connection that was kept in. */
export const KEPT_IN = 'kept in: ';

/**
 * From here on nothing in this process reaches beyond this machine, whatever addresses and names it is given: connections go
 * to loopback addresses only, and no name is looked up. What was tried is told on standard error.
 */
export function fence(): void {
  const connect = net.Socket.prototype.connect as (this: net.Socket, ...given: unknown[]) => net.Socket;
  net.Socket.prototype.connect = function (this: net.Socket, ...given: unknown[]): net.Socket {
    const host = hostOf(given);
    if (isInside(host)) return connect.apply(this, given);
    process.stderr.write(`${KEPT_IN}${JSON.stringify(host)}\n`);
    process.nextTick(() => this.destroy(refused('ECONNREFUSED', 'connect', host)));
    return this;
  } as typeof net.Socket.prototype.connect;

  for (const module of [dns, dns.promises]) {
    const isPromise = module === dns.promises;
    for (const name of Object.keys(module).filter((key) => /^(lookup|resolve|reverse)/.test(key))) {
      const original = Reflect.get(module, name) as (...given: unknown[]) => unknown;
      Reflect.set(module, name, (host: unknown, ...rest: unknown[]): unknown => {
        if (name === 'lookup' && isInside(host)) return original.call(module, host, ...rest);
        const error = refused('ENOTFOUND', name, host);
        if (isPromise) return Promise.reject(error);
        const done = rest.at(-1);
        if (typeof done === 'function') process.nextTick(() => (done as (error: Error) => void)(error));
        return undefined;
      });
    }
  }
  syncBuiltinESMExports();
}

/** `connect` takes options, or a port and a host, or, from within Node, a list of both. */
function hostOf(given: readonly unknown[]): unknown {
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given;
  if (first !== null && typeof first === 'object') {
    const { host, path } = first as { host?: unknown; path?: unknown };
    return host ?? (path === undefined ? 'localhost' : path);
  }
  return typeof second === 'string' ? second : 'localhost';
}

function isInside(host: unknown): boolean {
  return (
    host === 'localhost' ||
    host === '::1' ||
    (typeof host === 'string' && net.isIPv4(host) && host.startsWith('127.'))
  );
}

function refused(code: string, syscall: string, host: unknown): NodeJS.ErrnoException {
  return Object.assign(new Error(`${syscall} ${code} ${String(host)}`), { code, syscall });
}
