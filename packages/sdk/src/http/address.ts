import { ConnectorError } from '../errors.ts';
import type { HttpRequest } from './http.ts';

/** The base URL of a connection, ending in a slash. */
export function parseBase(text: string): URL {
  const base = URL.parse(text.endsWith('/') ? text : `${text}/`);
  if (base === null || (base.protocol !== 'http:' && base.protocol !== 'https:')) {
    throw new ConnectorError('config', 'the URL of the connection is not an http or https address', {
      remedy: 'Enter the address as a browser shows it, for example https://tracker.example.com/path.',
    });
  }
  if (base.username !== '' || base.password !== '') {
    throw new ConnectorError(
      'config',
      `the URL of the connection to ${base.host} holds a name or a password`,
      {
        remedy: 'Take what stands before the @ out of the URL; credentials have fields of their own.',
      },
    );
  }
  base.search = '';
  base.hash = '';
  return base;
}

/** Where a request goes: below the base URL and nowhere else, since credentials travel with it. */
export function resolve(request: HttpRequest, base: URL): URL {
  const url = URL.parse(request.path.replace(/^\/+/, ''), base.href);
  if (url?.origin !== base.origin || !url.pathname.startsWith(base.pathname)) {
    const where = url === null ? 'nowhere' : url.host === base.host ? url.pathname : url.host;
    throw new ConnectorError(
      'protocol',
      `${base.host}: a request outside of ${base.href} was refused (it led to ${where})`,
    );
  }
  for (const [name, value] of Object.entries(request.query ?? {}))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}
