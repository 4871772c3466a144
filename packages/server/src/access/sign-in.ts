import type { PasswordChange, SignIn } from '@lockstep/api';
import { Refusal } from '../integrations/refusal.ts';
import { normalLogin } from './login-name.ts';
import { hashPassword, passwordFault, passwordFits } from './password.ts';
import type { Sessions } from './sessions.ts';
import type { SignInLimit } from './sign-in-limit.ts';
import type { Users } from './users.ts';

/** How people prove who they are, with a password. */
export class SignInDesk {
  private readonly parts: {
    readonly users: Users;
    readonly sessions: Sessions;
    readonly limit: SignInLimit;
    /** Somebody chose a password of their own. */
    readonly chosen: (login: string) => Promise<void>;
  };
  constructor(parts: SignInDesk['parts']) {
    this.parts = parts;
  }

  /** The cookie of a new session. Neither the answer nor its time tells whether there is such a user. */
  async signIn({ login, password }: SignIn, address: string): Promise<string> {
    const { users, sessions, limit } = this.parts;
    const attempt = { login: normalLogin(login) ?? login, address };
    await limit.take(attempt);
    const user = await users.find(login);
    // Of somebody who was deactivated the password is looked at all the same.
    const fits = await passwordFits(password, user?.password ?? undefined);
    const cookie =
      fits && user !== undefined && user.active ? await sessions.open(user.id, user.password) : undefined;
    if (cookie === undefined) throw refused();
    await limit.succeed(attempt);
    return cookie;
  }

  /** The cookie of the session in which it goes on; every other session of the user has ended. */
  async changePassword(login: string, change: PasswordChange, address: string): Promise<string> {
    const { users, sessions, limit } = this.parts;
    const { currentPassword, newPassword } = change;
    const attempt = { login, address };
    await limit.take(attempt);
    const user = await users.find(login);
    const was = user?.password ?? undefined;
    if (!(await passwordFits(currentPassword, was)) || user === undefined || was === undefined)
      throw new Refusal(422, 'wrong-password', 'the current password is not the right one', 'Give it again.');
    await limit.succeed(attempt);
    const fault =
      passwordFault(newPassword) ??
      ((await passwordFits(newPassword, was)) ? 'the new password is the old one' : undefined);
    if (fault !== undefined) throw new Refusal(422, 'weak-password', fault, 'Choose another one.');
    const hash = await hashPassword(newPassword);
    await users.setPassword(login, hash, { who: user.login, mustChange: false, was });
    await this.parts.chosen(user.login);
    const cookie = await sessions.open(user.id, hash);
    if (cookie === undefined) throw refused();
    return cookie;
  }
}

function refused(): Refusal {
  return new Refusal(
    401,
    'sign-in-refused',
    'login and password do not fit, or the user may not sign in',
    'Check both; an administrator can give you a new password (lockstep users reset-password).',
  );
}
