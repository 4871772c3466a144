import { z } from 'zod';

/** The setting for a tracker's address. Credentials have settings of their own: this one is shown, and kept in the clear. */
export function trackerAddress(): z.ZodURL {
  return z.url({ protocol: /^https?$/ }).refine((text) => {
    const { username, password } = URL.parse(text) ?? { username: '', password: '' };
    return username === '' && password === '';
  }, 'the address holds a name or a password, and it is no secret: take out what stands before the @');
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** The same text for the same server and path, however the address is written; for comparing, not for asking. */
export function sameAddress(text: string | undefined): string {
  const url = URL.parse(text ?? '');
  if (url === null) return text ?? '';
  const host = url.hostname.replace(/\.$/, '');
  // One server seldom serves one tracker by http and another by https.
  const port = url.port === '' || url.port === '80' || url.port === '443' ? '' : `:${url.port}`;
  return `${LOOPBACK.test(host) ? 'localhost' : host}${port}${url.pathname.replaceAll(/\/{2,}/g, '/').replace(/\/$/, '')}`;
}
