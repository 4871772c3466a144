import type { Context } from 'hono';
import { INSTALLATION, type Principal } from '../access/principal.ts';
import type { Tokens } from '../access/tokens.ts';
import { Refusal } from '../integrations/refusal.ts';
import { tokenGuard } from './token.ts';

/** Who sends this request, by what it proves it with. Throws where it proves nothing. */
export function authenticator(parts: {
  /** The installation's own. */
  readonly token: string;
  readonly tokens: Pick<Tokens, 'principal'>;
}): (context: Context) => Promise<Principal> {
  const isInstallations = tokenGuard(parts.token);
  return async (context) => {
    const given = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (isInstallations(given)) return INSTALLATION;
    const principal = given === undefined ? undefined : await parts.tokens.principal(given);
    if (principal !== undefined) return principal;
    throw new Refusal(
      401,
      'no-token',
      given === undefined ? 'the request carries no token' : 'the token is not known, revoked or expired',
      'Send “Authorization: Bearer TOKEN”: one that lockstep tokens add made, or that of the file api-token in the data folder.',
    );
  };
}
