import type { OpenAPIHono } from '@hono/zod-openapi';
import { getCookie, setCookie } from 'hono/cookie';
import type { SignInLimit } from '../../access/sign-in-limit.ts';
import type { Oidc } from '../../access/oidc.ts';
import { Refusal } from '../../integrations/refusal.ts';
import { addressOf, isSecure, setSessionCookie, type PublicUrl } from '../session-cookie.ts';

const BEGIN = '/api/session/oidc';
const COOKIE = 'lockstep_oidc';
/** Seconds from the first redirect to the last. */
const PATIENCE = 600;

/** Two redirects of a browser rather than calls of a program, so not part of the API's document: anybody may ask for them. */
export function oidcRoutes(
  app: OpenAPIHono,
  oidc: Oidc | undefined,
  limit: Pick<SignInLimit, 'begin' | 'end'>,
  publicUrl: PublicUrl,
): void {
  app.get(BEGIN, async (c) => {
    const provider = configured(oidc);
    await limit.begin(addressOf(c));
    const { url, cookie } = await provider.begin(local(c.req.query('return') ?? '/'));
    setCookie(c, COOKIE, cookie, {
      httpOnly: true,
      sameSite: 'Lax',
      path: BEGIN,
      secure: isSecure(c, publicUrl),
      maxAge: PATIENCE,
    });
    c.header('cache-control', 'no-store');
    return c.redirect(url.href);
  });
  app.get(`${BEGIN}/callback`, async (c) => {
    const { session, returnTo } = await configured(oidc).end(
      getCookie(c, COOKIE) ?? '',
      new URL(c.req.url).search,
    );
    await limit.end(addressOf(c));
    setSessionCookie(c, publicUrl, session);
    setCookie(c, COOKIE, '', { path: BEGIN, maxAge: 0 });
    return c.redirect(returnTo);
  });
}

function configured(oidc: Oidc | undefined): Oidc {
  if (oidc !== undefined) return oidc;
  throw new Refusal(
    404,
    'no-provider',
    'no OpenID Connect provider is configured',
    'Sign in with a password, or set LOCKSTEP_OIDC_ISSUER (docs/guide/access.md).',
  );
}

/** A path of this server: nobody is sent on to another site. */
function local(to: string): string {
  const base = 'http://lockstep.invalid';
  const url = URL.parse(to, base);
  return to.startsWith('/') && url?.origin === base ? url.pathname + url.search + url.hash : '/';
}
