import type { User, Users } from '@lockstep/sdk';
import type { Session } from './session.ts';
import { user as userSchema, idPage } from './wire.ts';
import type { RtUser } from './wire.ts';
import { ConnectorError } from '@lockstep/sdk';

/** A person's id is the login: that is how RT names people inside tickets. */
export function toUser(found: RtUser): User {
  return {
    id: found.Name,
    name: found.RealName === '' ? found.Name : found.RealName,
    login: found.Name,
    ...(found.EmailAddress === '' ? {} : { email: found.EmailAddress }),
    active: found.Disabled !== '1',
  };
}

export function createUsers(session: Session): Users {
  async function read(id: string, signal: AbortSignal): Promise<RtUser | undefined> {
    try {
      return (await session.http.json({ path: `user/${encodeURIComponent(id)}`, signal }, userSchema)).data;
    } catch (error) {
      if (error instanceof ConnectorError && error.kind === 'gone') return undefined;
      throw error;
    }
  }
  return {
    self: async (signal) => toUser(await session.account(signal)),
    async get(id, signal) {
      const found = await read(id, signal);
      return found === undefined || found.Name === '' ? undefined : toUser(found);
    },
    async find(by, signal) {
      const criteria = [
        { field: 'EmailAddress', value: by.email },
        { field: 'Name', value: by.login },
        { field: 'RealName', value: by.name },
      ].filter((one) => one.value !== undefined && one.value !== '');
      if (criteria.length === 0) return [];
      const { data } = await session.http.json(
        { path: 'users', query: { query: JSON.stringify(criteria), per_page: 100 }, signal },
        idPage,
      );
      const found = await Promise.all(data.items.map((row) => read(row.id, signal)));
      // RT makes an unprivileged user of everybody who ever sent a mail; those are not people to assign work to.
      return found
        .filter((one): one is RtUser => one?.Privileged === '1')
        .map(toUser)
        .filter((one) => matches(one, by));
    },
  };
}

/** A server that does not let the account search a column answers as if it had not been asked for. */
function matches(
  user: User,
  by: { readonly email?: string; readonly login?: string; readonly name?: string },
): boolean {
  const same = (a: string | undefined, b: string | undefined): boolean =>
    b === undefined || b === '' || a?.toLowerCase() === b.toLowerCase();
  return same(user.email, by.email) && same(user.login, by.login) && same(user.name, by.name);
}
