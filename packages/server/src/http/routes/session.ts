import type { OpenAPIHono } from '@hono/zod-openapi';
import { routes, type Me } from '@lockstep/api';
import type { Principal } from '../../access/principal.ts';
import { shownGrants } from '../../access/users.ts';
import { Refusal } from '../../integrations/refusal.ts';
import { principalOf } from '../actor.ts';
import {
  addressOf,
  clearSessionCookie,
  refuseCrossSite,
  setSessionCookie,
  type PublicUrl,
} from '../session-cookie.ts';
import type { Services } from '../services.ts';

export function sessionRoutes(app: OpenAPIHono, { sessions, signIns }: Services, publicUrl: PublicUrl): void {
  const me = async (cookie: string): Promise<Me> => {
    const principal = await sessions.principal(cookie);
    if (principal === undefined) throw ended();
    return shown(principal);
  };
  app.openapi(routes.signIn, async (c) => {
    // Nobody is to be signed in as somebody else by a page of another site.
    refuseCrossSite(c, publicUrl);
    const cookie = await signIns.signIn(c.req.valid('json'), addressOf(c));
    setSessionCookie(c, publicUrl, cookie);
    return c.json(await me(cookie), 200);
  });
  app.openapi(routes.getSession, (c) => {
    c.header('cache-control', 'no-store');
    return c.json(shown(principalOf(c)), 200);
  });
  app.openapi(routes.signOut, async (c) => {
    const { session } = principalOf(c);
    if (session !== undefined) await sessions.end(session.hash);
    clearSessionCookie(c, publicUrl);
    return c.json({ signedOut: session !== undefined }, 200);
  });
  app.openapi(routes.changePassword, async (c) => {
    const { name, session } = principalOf(c);
    if (session === undefined)
      throw new Refusal(
        409,
        'no-session',
        'a token has no password',
        'Sign in to change your own, or reset a user’s (lockstep users reset-password).',
      );
    const cookie = await signIns.changePassword(name, c.req.valid('json'), addressOf(c));
    setSessionCookie(c, publicUrl, cookie);
    return c.json(await me(cookie), 200);
  });
}

function shown({ name, kind, grants, session }: Principal): Me {
  return {
    name,
    kind,
    grants: shownGrants(grants),
    mustChange: session?.mustChange ?? false,
    ...(session === undefined ? {} : { csrf: session.csrf }),
  };
}

function ended(): Refusal {
  return new Refusal(401, 'session-ended', 'the session has ended', 'Sign in again.');
}
