import type { Context } from 'hono';
import { INSTALLATION, type Principal } from '../access/principal.ts';
import type { Sessions } from '../access/sessions.ts';
import type { Tokens } from '../access/tokens.ts';
import { Refusal } from '../integrations/refusal.ts';
import { refuseCrossSite, sessionCookie, type PublicUrl } from './session-cookie.ts';
import { tokenGuard } from './token.ts';

/** Who sends this request, by what it proves it with. Throws where it proves nothing. */
export function authenticator(parts: {
  /** The installation's own. */
  readonly token: string;
  readonly publicUrl: PublicUrl;
  readonly tokens: Pick<Tokens, 'principal'>;
  readonly sessions: Pick<Sessions, 'principal'>;
}): (context: Context) => Promise<Principal> {
  const isInstallations = tokenGuard(parts.token);
  return async (context) => {
    const header = context.req.header('authorization');
    if (header !== undefined) {
      const given = /^Bearer (.+)$/i.exec(header)?.[1];
      if (isInstallations(given)) return INSTALLATION;
      const principal = given === undefined ? undefined : await parts.tokens.principal(given);
      if (principal !== undefined) return principal;
      throw unauthenticated('the token is not known, revoked or expired');
    }
    const cookie = sessionCookie(context, parts.publicUrl);
    if (cookie === undefined) throw unauthenticated('the request carries no token');
    const principal = await parts.sessions.principal(cookie);
    if (principal?.session === undefined)
      throw new Refusal(401, 'session-ended', 'the session has ended', 'Sign in again.');
    refuseCrossSite(context, parts.publicUrl, principal.session.csrf);
    if (principal.session.mustChange && !context.req.path.startsWith('/api/session'))
      throw new Refusal(
        403,
        'password-change-needed',
        'the password is a one-time one',
        'Choose your own first: PUT /api/session/password.',
      );
    return principal;
  };
}

function unauthenticated(what: string): Refusal {
  return new Refusal(
    401,
    'no-token',
    what,
    'Sign in, or send “Authorization: Bearer TOKEN”: one that lockstep tokens add made, or that of the file api-token in the data folder.',
  );
}
