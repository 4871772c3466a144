import { Role, type Grant } from '@lockstep/api';
import { z } from 'zod';
import { StartupError } from '../postgres/startup-error.ts';

/** Whom to trust, and what its claims mean here. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  /** Where people reach this server: the provider sends them back there and nowhere else. */
  readonly publicUrl: URL;
  /** Held against logins and e-mail addresses; an `email` counts only if the provider says that it is verified. */
  readonly claim: string;
  /** A claim with names of groups, and the role that each of them means; in place of what was granted here. */
  readonly roles: { readonly claim: string; readonly grants: Readonly<Record<string, Grant>> } | undefined;
  /** Whoever is not known is added with this role in all groups; absent: refused. */
  readonly newcomers: Role | undefined;
}

const Grants = z.record(z.string(), z.string().regex(/^(viewer|operator|administrator)(:[\w.-]+)?$/));

/** From the environment of `serve`; undefined where no provider is named. @throws StartupError that says what is wrong. */
export function oidcSettings(
  env: Readonly<Record<string, string | undefined>>,
  publicUrl: URL | undefined,
): OidcSettings | undefined {
  const given = (name: string): string | undefined => env[`LOCKSTEP_OIDC_${name}`]?.trim() || undefined;
  const issuer = given('ISSUER');
  if (issuer === undefined) return undefined;
  const wrong = (what: string): Error =>
    new StartupError(
      'oidc-invalid',
      `OpenID Connect cannot be used: ${what}.`,
      'Correct it, or unset LOCKSTEP_OIDC_ISSUER; docs/guide/access.md tells of each setting.',
    );
  const url = URL.parse(issuer);
  if (url === null || !/^https?:$/.test(url.protocol)) throw wrong('LOCKSTEP_OIDC_ISSUER is no address');
  const clientId = given('CLIENT_ID');
  if (clientId === undefined) throw wrong('LOCKSTEP_OIDC_CLIENT_ID is not set');
  if (publicUrl === undefined) throw wrong('the provider has to send people back; start with --public-url');
  const newcomers = given('NEW_USERS');
  const role = newcomers === undefined ? undefined : Role.safeParse(newcomers).data;
  if (newcomers !== undefined && role === undefined)
    throw wrong('LOCKSTEP_OIDC_NEW_USERS is a role: viewer, operator or administrator');
  const roles = given('ROLES');
  return {
    issuer: url,
    clientId,
    clientSecret: given('CLIENT_SECRET'),
    publicUrl,
    claim: given('CLAIM') ?? 'email',
    roles:
      roles === undefined
        ? undefined
        : { claim: given('ROLES_CLAIM') ?? 'groups', grants: grantsOf(roles, wrong) },
    newcomers: role,
  };
}

function grantsOf(text: string, wrong: (what: string) => Error): Readonly<Record<string, Grant>> {
  const parsed = Grants.safeParse(parse(text));
  if (!parsed.success)
    throw wrong(
      'LOCKSTEP_OIDC_ROLES is JSON like {"lockstep-admins": "administrator", "desk": "operator:support"}',
    );
  return Object.fromEntries(
    Object.entries(parsed.data).map(([name, granted]) => {
      const [role, group] = granted.split(':');
      return [name, { role: Role.parse(role), ...(group === undefined ? {} : { group }) }];
    }),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
