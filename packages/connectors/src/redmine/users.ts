import { ConnectorError } from '@lockstep/sdk';
import type { Http, User, Users } from '@lockstep/sdk';
import { userOf } from './convert.ts';
import type { DirectoryCache } from './directory.ts';
import { memberList, userAnswer, userList } from './wire.ts';

type By = Parameters<Users['find']>[0];

export class RedmineUsers implements Users {
  private readonly http: Http;
  private readonly directory: DirectoryCache;

  constructor(http: Http, directory: DirectoryCache) {
    this.http = http;
    this.directory = directory;
  }

  async self(signal: AbortSignal): Promise<User> {
    return userOf((await this.directory.get(signal)).account);
  }

  async get(id: string, signal: AbortSignal): Promise<User | undefined> {
    try {
      const { data } = await this.http.json(
        { path: `users/${encodeURIComponent(id)}.json`, signal },
        userAnswer,
      );
      return userOf(data.user);
    } catch (error) {
      if (error instanceof ConnectorError && error.kind === 'gone') return undefined;
      throw error;
    }
  }

  async find(by: By, signal: AbortSignal): Promise<readonly User[]> {
    const wanted = by.email ?? by.login ?? by.name;
    if (wanted === undefined || wanted === '') return [];
    const { account } = await this.directory.get(signal);
    const candidates =
      account.admin === true ? await this.search(wanted, signal) : await this.members(signal);
    return candidates.filter((user) => fits(user, by));
  }

  /** Administrators search the whole directory; Redmine looks for parts of names, logins and addresses. */
  private async search(text: string, signal: AbortSignal): Promise<readonly User[]> {
    const found: User[] = [];
    for (let offset = 0; ; offset += 100) {
      const query = { name: text, limit: 100, offset };
      const { data } = await this.http.json({ path: 'users.json', query, signal }, userList);
      found.push(...data.users.map(userOf));
      if (data.users.length === 0 || found.length >= data.total_count) return found;
    }
  }

  /** Others see the members of the project, and of each what that person lets them see. */
  private async members(signal: AbortSignal): Promise<readonly User[]> {
    const { project } = await this.directory.get(signal);
    const ids = new Set<number>();
    for (let offset = 0; ; offset += 100) {
      const path = `projects/${project.id}/memberships.json`;
      const { data } = await this.http.json({ path, query: { limit: 100, offset }, signal }, memberList);
      for (const { user } of data.memberships) if (user !== undefined) ids.add(user.id);
      if (data.memberships.length === 0 || offset + data.memberships.length >= data.total_count) break;
    }
    const users: User[] = [];
    for (const id of ids) {
      const user = await this.get(String(id), signal);
      if (user !== undefined) users.push(user);
    }
    return users;
  }
}

function fits(user: User, by: By): boolean {
  const same = (a: string | undefined, b: string | undefined): boolean =>
    b === undefined || a?.toLowerCase() === b.toLowerCase();
  return same(user.email, by.email) && same(user.login, by.login) && same(user.name, by.name);
}
