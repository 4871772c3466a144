import { expect } from 'vitest';
import type { Users } from '../connector.ts';
import type { Bench } from './bench.ts';
import type { Check } from './check.ts';
import { need } from './check.ts';

const facet = (bench: Bench): Users => need(bench.connector.users, '`users` facet');

/** The directory: exact matches only. */
export const userChecks = {
  'user-self-is-found': {
    promises: 'the own account is found by its id, and by each of its names, whatever the case of its e-mail',
    async run(bench) {
      const users = facet(bench);
      const self = await users.self(bench.signal);
      expect((await users.get(self.id, bench.signal))?.id).toBe(self.id);
      const { email, login, name } = self;
      const asked = [
        ...(email === undefined ? [] : [{ email }, { email: email.toUpperCase() }]),
        ...(login === undefined ? [] : [{ login }]),
        ...(name === undefined ? [] : [{ name }]),
      ];
      expect(asked.length, 'the account has an e-mail, a login or a name').toBeGreaterThan(0);
      for (const by of asked)
        expect(
          (await users.find(by, bench.signal)).map(({ id }) => id),
          JSON.stringify(by),
        ).toContain(self.id);
    },
  },
  'user-find-is-exact': {
    promises: 'a part of a name, a pattern or a stranger finds nobody',
    async run(bench) {
      const users = facet(bench);
      const self = await users.self(bench.signal);
      const { email, login } = self;
      const asked = [
        { email: 'nobody@nowhere.example' },
        ...(email === undefined ? [] : [{ email: email.slice(0, -1) }, { email: `x${email}` }]),
        ...(login === undefined ? [] : [{ login: login.slice(0, -1) }, { login: `${login[0]}%` }]),
      ];
      for (const by of asked) expect(await users.find(by, bench.signal), JSON.stringify(by)).toEqual([]);
    },
  },
  'user-person-is-known': {
    promises: 'whoever the tracker names is in the directory, and nobody else',
    async run(bench) {
      const users = facet(bench);
      expect((await users.get(bench.person.id, bench.signal))?.id).toBe(bench.person.id);
      expect(await users.get(bench.samples.unknownUser ?? '999999999', bench.signal)).toBeUndefined();
    },
  },
} satisfies Record<string, Check>;
