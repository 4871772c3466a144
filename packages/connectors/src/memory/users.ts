import type { Users } from '@lockstep/sdk';
import type { Session } from './session.ts';

/** The directory costs no counted request: real connectors read it once per run. */
export function createUsers(session: Session): Users {
  const { users } = session.tracker;
  const fold = (text: string | undefined): string | undefined => text?.toLowerCase();
  return {
    self: async () => session.self(),
    get: async (id) => users.get(id),
    find: async (by) =>
      [...users.values()].filter(
        (user) =>
          (by.email !== undefined && fold(user.email) === fold(by.email)) ||
          (by.login !== undefined && user.login === by.login) ||
          (by.name !== undefined && user.name === by.name),
      ),
  };
}
