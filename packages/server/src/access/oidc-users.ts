import type { Grant as ShownGrant } from '@lockstep/api';
import { sql } from 'kysely';
import type { IDToken } from 'openid-client';
import type { AuditLog } from '../audit/audit-log.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Log } from '../postgres/log.ts';
import type { Trx } from '../store/database.ts';
import { normalLogin } from './login-name.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { userColumns, type UserEntry, type Users } from './users.ts';

/** Whose claims these are. Once known by issuer and subject, a user is never taken over by the like of their e-mail. */
export class OidcUsers {
  private readonly parts: {
    readonly settings: OidcSettings;
    readonly audit: AuditLog;
    readonly log: Log;
    readonly users: Users;
  };
  constructor(parts: OidcUsers['parts']) {
    this.parts = parts;
  }

  of(claims: IDToken): Promise<UserEntry> {
    return this.parts.audit.during(async (trx) => {
      await sql`lock table lockstep_user in share row exclusive mode`.execute(trx);
      const user = (await known(trx, claims)) ?? (await this.first(trx, claims));
      return this.withRoles(trx, user, claims);
    });
  }

  /** The first sign-in of a person whom an administrator added, or of a newcomer. */
  private async first(trx: Trx, claims: IDToken): Promise<UserEntry> {
    const { settings, users, log } = this.parts;
    const name = nameIn(claims, settings.claim);
    if (name === undefined) {
      log.warn(
        { claim: settings.claim, subject: claims.sub },
        'a sign-in has no claim to know its user by, or an e-mail that is not verified',
      );
      throw refused('nobody is known by what the provider tells');
    }
    const { rows } = await sql<UserEntry>`select ${userColumns} from lockstep_user
      where (login = ${normalLogin(name) ?? ''} or email = ${name.toLowerCase()}) and issuer is null
      order by login = ${normalLogin(name) ?? ''} desc limit 1`.execute(trx);
    let user = rows[0];
    if (user === undefined) {
      if (settings.newcomers === undefined && this.granted(claims).length === 0) {
        log.warn({ name, subject: claims.sub }, 'a sign-in of somebody who is not known here was refused');
        throw refused('nobody is known by what the provider tells');
      }
      const grants = settings.newcomers === undefined ? [] : [{ role: settings.newcomers }];
      const email = settings.claim === 'email' ? name : undefined;
      const shown = typeof claims['name'] === 'string' ? claims['name'].slice(0, 200) : name;
      user = await users.insert(trx, {
        login: name,
        name: shown,
        email,
        grants,
        hash: null,
        who: 'OpenID Connect',
      });
    }
    // A one-time password that was never used has served.
    const { rows: bound } = await sql<UserEntry>`
      update lockstep_user set issuer = ${claims.iss}, subject = ${claims.sub},
        password = case when must_change then null else password end, must_change = false
      where id = ${user.id} returning ${userColumns}`.execute(trx);
    return bound[0] ?? user;
  }

  private granted(claims: IDToken): ShownGrant[] {
    const { roles } = this.parts.settings;
    const names = roles === undefined ? [] : [claims[roles.claim]].flat();
    return names.flatMap((name) => {
      const grant =
        typeof name === 'string' && Object.hasOwn(roles?.grants ?? {}, name)
          ? roles?.grants[name]
          : undefined;
      return grant === undefined ? [] : [grant];
    });
  }

  private async withRoles(trx: Trx, user: UserEntry, claims: IDToken): Promise<UserEntry> {
    if (this.parts.settings.roles === undefined || !user.active) return user;
    const granted = this.granted(claims);
    // A newcomer whose groups mean nothing here keeps the role of newcomers.
    if (granted.length === 0 && this.parts.settings.newcomers !== undefined) return user;
    return this.parts.users.grant(trx, user, granted, 'OpenID Connect');
  }
}

async function known(trx: Trx, { iss, sub }: IDToken): Promise<UserEntry | undefined> {
  const { rows } = await sql<UserEntry>`
    select ${userColumns} from lockstep_user where issuer = ${iss} and subject = ${sub}`.execute(trx);
  return rows[0];
}

/** An e-mail address that the provider has not verified is anybody's. */
function nameIn(claims: IDToken, claim: string): string | undefined {
  const value = claims[claim];
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return claim === 'email' && claims['email_verified'] !== true ? undefined : value.trim();
}

/** Told alike whatever was wrong with the person: not who is known here. */
export function refused(what: string): Refusal {
  return new Refusal(
    401,
    'sign-in-refused',
    `the sign-in did not succeed: ${what}`,
    'Begin it again; if it stays, an administrator can look into the log and at lockstep users list.',
  );
}
