import type { Client, FreshUser, Role, User } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { table, when, type Output } from '../output.ts';

export interface UserOptions {
  readonly name?: string;
  readonly email?: string;
  readonly role?: Role;
  readonly group?: string;
  readonly password: boolean;
}

export async function listUsers(client: Client, output: Output): Promise<void> {
  const { items } = await client.users();
  const rows = items.map((user) => [
    user.login,
    user.active ? 'active' : 'deactivated',
    rolesOf(user),
    `signed in: ${when(user.signedInAt)}`,
  ]);
  for (const line of table(rows)) output.line(line);
  output.result({ ok: true, items });
}

export async function addUser(
  client: Client,
  login: string,
  options: UserOptions,
  output: Output,
): Promise<void> {
  const { name, email, role, group, password } = options;
  if (group !== undefined && role === undefined)
    throw new Failure(
      EXIT.input,
      'usage',
      '--group says where a role is granted, and there is no --role',
      'Give the role.',
    );
  const user = await client.addUser({
    login,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    grants: role === undefined ? [] : [{ role, ...(group === undefined ? {} : { group }) }],
    withoutPassword: !password,
  });
  output.line(`${user.login}: ${rolesOf(user)}.`);
  tellPassword(user, output);
}

/** `none` takes the role away; roles in other groups stay. */
export async function setRole(
  client: Client,
  login: string,
  role: Role | 'none',
  group: string | undefined,
  output: Output,
): Promise<void> {
  const { grants } = await find(client, login);
  const others = grants.filter((grant) => grant.group !== group);
  const granted = role === 'none' ? [] : [{ role, ...(group === undefined ? {} : { group }) }];
  const user = await client.changeUser(login, { grants: [...others, ...granted] });
  output.line(`${user.login}: ${rolesOf(user)}.`);
  output.result({ ok: true, ...user });
}

export async function setActive(
  client: Client,
  login: string,
  active: boolean,
  output: Output,
): Promise<void> {
  const user = await client.changeUser(login, { active });
  output.line(
    active
      ? `${user.login} may sign in again.`
      : `${user.login} may not sign in any more; all sessions ended.`,
  );
  output.result({ ok: true, ...user });
}

export async function resetPassword(client: Client, login: string, output: Output): Promise<void> {
  const user = await client.resetPassword(login);
  output.line(`All sessions of ${user.login} ended.`);
  tellPassword(user, output);
}

async function find(client: Client, login: string): Promise<User> {
  const { items } = await client.users();
  const wanted = login.toLowerCase();
  const found =
    items.find((user) => user.login === login) ?? items.find((user) => user.login.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw new Failure(
    EXIT.input,
    'unknown-user',
    `there is no user “${login}”`,
    '`lockstep users list` shows all.',
  );
}

function rolesOf({ grants }: User): string {
  const roles = grants.map(({ role, group }) => (group === undefined ? role : `${role} of ${group}`));
  return roles.length === 0 ? 'no role' : roles.join(', ');
}

function tellPassword(user: FreshUser, output: Output): void {
  if (user.oneTimePassword !== undefined) {
    output.line(`One-time password: ${user.oneTimePassword}`);
    output.line('It is not shown again, and has to be changed at the first sign-in.');
  }
  output.result({ ok: true, ...user });
}
