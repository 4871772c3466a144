import { sql } from 'kysely';
import * as openid from 'openid-client';
import type { AuditLog } from '../audit/audit-log.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Log } from '../postgres/log.ts';
import type { Db } from '../store/database.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { OidcUsers, refused } from './oidc-users.ts';
import type { Sessions } from './sessions.ts';
import { hashOf } from './tokens.ts';
import type { Users } from './users.ts';

/** Of a sign-in, between the two redirects. */
const PATIENCE = sql.raw("interval '10 minutes'");

/** Sign-in through an OpenID Connect provider: authorization code with PKCE, state and nonce. */
export class Oidc {
  private readonly parts: {
    readonly settings: OidcSettings;
    readonly db: Db;
    readonly log: Log;
    readonly audit: AuditLog;
    readonly users: Users;
    readonly sessions: Sessions;
  };
  private provider: Promise<openid.Configuration> | undefined;

  constructor(parts: Oidc['parts']) {
    this.parts = parts;
  }

  /** Where to send the browser, and what it has to show when it comes back. */
  async begin(returnTo: string): Promise<{ readonly url: URL; readonly cookie: string }> {
    const provider = await this.discover();
    const cookie = openid.randomState();
    const state = openid.randomState();
    const nonce = openid.randomNonce();
    const verifier = openid.randomPKCECodeVerifier();
    const { db } = this.parts;
    await sql`delete from oidc_sign_in where created_at < now() - ${PATIENCE}`.execute(db);
    await sql`insert into oidc_sign_in (hash, state, nonce, verifier, return_to)
      values (${hashOf(cookie)}, ${state}, ${nonce}, ${verifier}, ${returnTo})`.execute(db);
    const url = openid.buildAuthorizationUrl(provider, {
      redirect_uri: this.redirectUri.href,
      scope: 'openid email profile',
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url, cookie };
  }

  /** The provider sent the browser back with this query: the cookie of its new session, and where to go on. */
  async end(cookie: string, query: string): Promise<{ readonly session: string; readonly returnTo: string }> {
    // Taken once: a second use of the same answer finds nothing.
    const { rows } = await sql<{ state: string; nonce: string; verifier: string; returnTo: string }>`
      delete from oidc_sign_in where hash = ${hashOf(cookie)} and created_at > now() - ${PATIENCE}
      returning state, nonce, verifier, return_to as "returnTo"`.execute(this.parts.db);
    const [begun] = rows;
    if (begun === undefined)
      throw refused('this sign-in was not begun in this browser, or took more than ten minutes');
    const claims = await this.claims(begun, query);
    const user = await new OidcUsers(this.parts).of(claims);
    const session = await this.parts.sessions.open(user.id, null);
    if (session === undefined) throw refused('the user may not sign in');
    return { session, returnTo: begun.returnTo };
  }

  private async claims(
    begun: { readonly state: string; readonly nonce: string; readonly verifier: string },
    query: string,
  ): Promise<openid.IDToken> {
    const provider = await this.discover();
    const answer = new URL(this.redirectUri);
    answer.search = query;
    try {
      const tokens = await openid.authorizationCodeGrant(provider, answer, {
        expectedState: begun.state,
        expectedNonce: begun.nonce,
        pkceCodeVerifier: begun.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('the provider sent no ID token');
      const wanted = [this.parts.settings.claim, this.parts.settings.roles?.claim];
      if (wanted.every((name) => name === undefined || name in claims)) return claims;
      // Some providers tell them on request only.
      const more = await openid.fetchUserInfo(provider, tokens.access_token, claims.sub);
      return { ...more, ...claims };
    } catch (error) {
      const { code, error: said } = error as { readonly code?: string; readonly error?: string };
      this.parts.log.warn({ code, said }, 'a sign-in by OpenID Connect was refused');
      throw refused('the answer of the provider does not hold');
    }
  }

  private get redirectUri(): URL {
    return new URL('/api/session/oidc/callback', this.parts.settings.publicUrl);
  }

  private discover(): Promise<openid.Configuration> {
    const { issuer, clientId, clientSecret } = this.parts.settings;
    const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(issuer.hostname);
    const options =
      issuer.protocol === 'http:' && loopback ? { execute: [openid.allowInsecureRequests] } : undefined;
    this.provider ??= openid
      .discovery(
        issuer,
        clientId,
        undefined,
        clientSecret === undefined ? openid.None() : openid.ClientSecretPost(clientSecret),
        options,
      )
      .catch((error: unknown) => {
        // It may be there the next time.
        this.provider = undefined;
        this.parts.log.warn(
          { reason: error instanceof Error ? error.message : String(error) },
          'the OpenID Connect provider does not answer',
        );
        throw new Refusal(
          502,
          'provider-unavailable',
          `the OpenID Connect provider ${issuer.origin} does not answer as it should`,
          'Try again; if it stays, check LOCKSTEP_OIDC_ISSUER.',
        );
      });
    return this.provider;
  }
}
