import { StartupError } from '../postgres/startup-error.ts';
import type { SmtpSettings } from './smtp.ts';

/** The shared sender that the operator of this server has set up. */
export type Relay = Omit<SmtpSettings, 'recipients' | 'subjectPrefix'>;

const PORTS = { tls: 465, starttls: 587, none: 25 } as const;
const SECURITY: Readonly<Record<string, Relay['security']>> = {
  'smtps:': 'tls',
  'smtp:': 'starttls',
  'smtp+plain:': 'none',
};

/**
 * `smtps://user:password@host:465?from=lockstep@example.org`: `smtps` for TLS from the start, `smtp` for StartTLS,
 * `smtp+plain` without.
 * @throws StartupError, which does not repeat the text: it may hold a password.
 */
export function parseRelay(text: string): Relay {
  const url = URL.parse(text);
  const security = SECURITY[url?.protocol ?? ''];
  const from = url?.searchParams.get('from') ?? '';
  const credentials = decoded([url?.username ?? '', url?.password ?? '']);
  if (
    url === null ||
    security === undefined ||
    url.hostname === '' ||
    !from.includes('@') ||
    credentials === undefined
  ) {
    throw new StartupError(
      'relay-unknown',
      'LOCKSTEP_RELAY is no address of a mail server with a sender.',
      'Write it like smtps://user:password@host:465?from=lockstep@example.org, with special characters percent-encoded; smtp:// means StartTLS, smtp+plain:// no encryption.',
    );
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? PORTS[security] : Number(url.port),
    security,
    from,
    ...(url.username === '' ? {} : { user: credentials[0], password: credentials[1] }),
  };
}

function decoded(texts: readonly string[]): readonly string[] | undefined {
  try {
    return texts.map((text) => decodeURIComponent(text));
  } catch {
    // A percent sign that stands for itself; told with the rest.
    return undefined;
  }
}
