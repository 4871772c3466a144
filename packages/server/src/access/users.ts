import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { FreshUser, User, UserBody, UserChange } from '@lockstep/api';
import { sql } from 'kysely';
import type { AuditLog } from '../audit/audit-log.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Db, Trx } from '../store/database.ts';
import { clean, json, orNull } from '../store/text.ts';
import { normalLogin } from './login-name.ts';
import { hashPassword } from './password.ts';
import { reaches, type Grant } from './role.ts';
import { endSessions } from './sessions.ts';

export interface UserEntry {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly email: string | null;
  /** Hash. */
  readonly password: string | null;
  readonly mustChange: boolean;
  readonly active: boolean;
  readonly grants: readonly Grant[];
  readonly issuer: string | null;
  readonly createdAt: string;
  readonly signedInAt: string | null;
}

export const userColumns =
  sql.raw(`id, login, name, email, password, must_change as "mustChange", active, grants, issuer,
  created_at as "createdAt", signed_in_at as "signedInAt"`);

/** Easy to copy and far too long to guess. */
export function oneTimePassword(): string {
  return randomBytes(18).toString('base64url');
}

/** People who sign in, and what they may do. */
export class Users {
  private readonly db: Db;
  private readonly audit: AuditLog;

  constructor(parts: { readonly db: Db; readonly audit: AuditLog }) {
    this.db = parts.db;
    this.audit = parts.audit;
  }

  async list(): Promise<User[]> {
    const { rows } =
      await sql<UserEntry>`select ${userColumns} from lockstep_user order by login limit 10000`.execute(
        this.db,
      );
    return rows.map(shownUser);
  }

  async find(login: string): Promise<UserEntry | undefined> {
    const { rows } = await sql<UserEntry>`
      select ${userColumns} from lockstep_user where login = ${normalLogin(login) ?? ''}`.execute(this.db);
    return rows[0];
  }

  async add(body: UserBody, who: string): Promise<FreshUser> {
    const password = body.withoutPassword ? undefined : oneTimePassword();
    const hash = password === undefined ? null : await hashPassword(password);
    const user = await this.audit.during((trx) => this.insert(trx, { ...body, hash, who }));
    return { ...shownUser(user), ...(password === undefined ? {} : { oneTimePassword: password }) };
  }

  /** Within a transaction; `hash` is that of a one-time password. */
  async insert(
    trx: Trx,
    given: Pick<UserBody, 'login' | 'name' | 'email'> & {
      readonly grants: readonly { readonly role: Grant['role']; readonly group?: string | undefined }[];
      readonly hash: string | null;
      readonly who: string;
    },
  ): Promise<UserEntry> {
    const login = normalLogin(given.login);
    if (login === undefined)
      throw new Refusal(
        422,
        'invalid-login',
        'a login has 1 to 128 characters and no spaces',
        'Choose another one.',
      );
    const { rows } = await sql<UserEntry>`
      insert into lockstep_user (id, login, name, email, password, must_change, grants)
      values (${randomBytes(9).toString('base64url')}, ${login}, ${clean(given.name ?? given.login)},
        ${orNull(given.email?.toLowerCase())}, ${given.hash}, ${given.hash !== null}, ${json(stored(given.grants))})
      on conflict do nothing returning ${userColumns}`.execute(trx);
    const [user] = rows;
    if (user === undefined) throw taken(login);
    const subject = { kind: 'user', name: login };
    await this.audit.record({ who: given.who, action: 'created', subject, after: recorded(user) }, trx);
    return user;
  }

  async change(login: string, change: UserChange, who: string): Promise<User> {
    return this.audit.during(async (trx) => {
      const before = await this.lock(trx, login);
      const { name = before.name, active = before.active } = change;
      const email = change.email === undefined ? before.email : change.email;
      const grants = change.grants === undefined ? before.grants : stored(change.grants);
      const { rows: others } = await sql`select 1 from lockstep_user
        where email = ${orNull(email?.toLowerCase())} and id <> ${before.id}`.execute(trx);
      if (others.length > 0) throw taken(before.login);
      const { rows } = await sql<UserEntry>`
        update lockstep_user set name = ${clean(name)}, email = ${orNull(email?.toLowerCase())}, active = ${active},
          grants = ${json(grants)}
        where id = ${before.id} returning ${userColumns}`.execute(trx);
      const after = rows[0] ?? before;
      await refuseWithoutAdministrator(trx);
      if (!active) await endSessions(trx, before.id);
      const action = active === before.active ? 'changed' : active ? 'activated' : 'deactivated';
      const subject = { kind: 'user', name: before.login };
      await this.audit.record(
        { who, action, subject, before: recorded(before), after: recorded(after) },
        trx,
      );
      return shownUser(after);
    });
  }

  /** A new one-time password; whoever is signed in with the old one is so no more. */
  async resetPassword(login: string, who: string): Promise<FreshUser> {
    const password = oneTimePassword();
    const user = await this.setPassword(login, await hashPassword(password), { who, mustChange: true });
    return { ...shownUser(user), oneTimePassword: password };
  }

  /** With `was`, only if nobody changed it meanwhile. All sessions of the user end. */
  setPassword(
    login: string,
    hash: string,
    options: { readonly who: string; readonly mustChange: boolean; readonly was?: string },
  ): Promise<UserEntry> {
    const { who, mustChange, was } = options;
    return this.audit.during(async (trx) => {
      const before = await this.lock(trx, login);
      if (was !== undefined && was !== before.password)
        throw new Refusal(409, 'changed-meanwhile', 'the password was changed meanwhile', 'Sign in again.');
      const { rows } = await sql<UserEntry>`
        update lockstep_user set password = ${hash}, must_change = ${mustChange}
        where id = ${before.id} returning ${userColumns}`.execute(trx);
      await endSessions(trx, before.id);
      const action = mustChange ? 'reset the password of' : 'changed the password of';
      await this.audit.record(
        { who, action, subject: { kind: 'user', name: before.login }, secrets: ['password'] },
        trx,
      );
      return rows[0] ?? before;
    });
  }

  /** In place of what was granted, within a transaction that holds the table of users. */
  async grant(trx: Trx, user: UserEntry, granted: User['grants'], who: string): Promise<UserEntry> {
    const grants = stored(granted);
    if (isDeepStrictEqual(grants, user.grants)) return user;
    const after = { ...user, grants };
    await sql`update lockstep_user set grants = ${json(grants)} where id = ${user.id}`.execute(trx);
    await refuseWithoutAdministrator(trx);
    const subject = { kind: 'user', name: user.login };
    const change = { before: recorded(user), after: recorded(after) };
    await this.audit.record({ who, action: 'changed', subject, ...change }, trx);
    return after;
  }

  private async lock(trx: Trx, login: string): Promise<UserEntry> {
    // One change of users at a time: two must not take away the last two administrators.
    await sql`lock table lockstep_user in share row exclusive mode`.execute(trx);
    const { rows } = await sql<UserEntry>`
      select ${userColumns} from lockstep_user where login = ${normalLogin(login) ?? ''}`.execute(trx);
    if (rows[0] !== undefined) return rows[0];
    throw new Refusal(404, 'unknown-user', `there is no user “${login}”`, '`lockstep users list` shows all.');
  }
}

async function refuseWithoutAdministrator(trx: Trx): Promise<void> {
  const { rows } = await sql<{
    grants: readonly Grant[];
  }>`select grants from lockstep_user where active`.execute(trx);
  if (rows.some(({ grants }) => reaches(grants, 'administrator', 'installation'))) return;
  throw new Refusal(
    409,
    'last-administrator',
    'nobody would be left who is administrator of all groups',
    'Make somebody else administrator first (lockstep users set-role).',
  );
}

function stored(
  grants: readonly { readonly role: Grant['role']; readonly group?: string | undefined }[],
): Grant[] {
  return grants.map(({ role, group = null }) => ({ role, group }));
}

export function shownGrants(grants: readonly Grant[]): User['grants'] {
  return grants.map(({ role, group }) => ({ role, ...(group === null ? {} : { group }) }));
}

export function shownUser(user: UserEntry): User {
  const { login, name, email, active, mustChange, password, issuer, grants, createdAt, signedInAt } = user;
  return {
    login,
    name,
    ...(email === null ? {} : { email }),
    active,
    mustChange,
    signsInBy: [
      ...(password === null ? [] : ['password' as const]),
      ...(issuer === null ? [] : ['oidc' as const]),
    ],
    grants: shownGrants(grants),
    createdAt,
    ...(signedInAt === null ? {} : { signedInAt }),
  };
}

function recorded({ name, email, active, grants }: UserEntry): object {
  return { name, ...(email === null ? {} : { email }), active, grants: shownGrants(grants) };
}

function taken(login: string): Refusal {
  return new Refusal(
    409,
    'name-taken',
    `there is a user with the login “${login}” or with that e-mail address already`,
    'Choose another login or address; a user that was deactivated can be activated again.',
  );
}
