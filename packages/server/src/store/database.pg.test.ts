import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silent } from '../postgres/log.ts';
import { StartupError } from '../postgres/startup-error.ts';
import { useTestDatabase } from '../testing/database.ts';
import { connect } from '../testing/store.ts';
import { assertUsable, connectDatabase, type Database } from './database.ts';
import { migrate } from './migrate.ts';

const test = useTestDatabase();
let database: Database;
beforeEach(async () => {
  database = await connect(test.url);
});
afterEach(() => database.close());

async function refused(url: string): Promise<StartupError> {
  const error: unknown = await connectDatabase({ url, log: silent }).then(
    async (it) => it.close(),
    (reason: unknown) => reason,
  );
  if (error instanceof StartupError) return error;
  throw new Error(`this was not refused: ${String(error)}`);
}

function url(change: (it: URL) => void): string {
  const it = new URL(test.url);
  change(it);
  return it.href;
}

it.each([
  [
    'a wrong password',
    (it: URL): void => void (it.password = 'sesame'),
    /password authentication failed for user/,
  ],
  [
    'no password',
    (it: URL): void => void (it.password = ''),
    /asks for a password, and DATABASE_URL holds none/,
  ],
  [
    'an unknown database',
    (it: URL): void => void (it.pathname = '/no-such'),
    /database "no-such" does not exist/,
  ],
] as const)(
  '%s is told at once, with the server and the database but no secret',
  async (_, change, reason) => {
    const { code, message, remedy } = await refused(url(change));
    expect(code).toBe('database-unreachable');
    expect(message).toMatch(reason);
    expect(message).toContain(new URL(test.url).host);
    expect(remedy).toContain('DATABASE_URL');
    expect(message).not.toContain('sesame');
  },
);

it.each([
  'postgresql://lockstep:se@sa/me@127.0.0.1/x',
  'postgresql://lockstep:se#sa@127.0.0.1/x',
  'postgresql://lockstep:12?sa@127.0.0.1/x',
])('a password that cuts the address in two is not shown as the name of a host: %s', async (address) => {
  const { code, message } = await refused(address);
  expect(code).toBe('database-unreachable');
  expect(message).toContain('percent-encoded');
  expect(message).not.toMatch(/\bsa\b|12:|se:/);
});

it('a database that takes no writes, or cannot hold every text, is refused before anything is made in it', async () => {
  const readOnly = await refused(
    url((it) => it.searchParams.set('options', '-c default_transaction_read_only=on')),
  );
  expect(readOnly).toMatchObject({ code: 'database-unusable', remedy: expect.stringContaining('primary') });
  const name = `${new URL(test.url).pathname.slice(1)}_latin`;
  await sql`create database ${sql.id(name)} encoding 'LATIN1' template template0 locale 'C'`.execute(
    database.db,
  );
  try {
    const latin = await refused(url((it) => (it.pathname = `/${name}`)));
    expect(latin).toMatchObject({ code: 'database-unusable', remedy: expect.stringContaining('UTF8') });
    expect(latin.message).toContain('LATIN1');
  } finally {
    await sql`drop database ${sql.id(name)}`.execute(database.db);
  }
});

it('a PostgreSQL that is too old is named with its version', () => {
  expect(() => assertUsable(test.url, { version: 14, encoding: 'UTF8', readOnly: false })).toThrow(
    expect.objectContaining({
      code: 'version-mismatch',
      message: expect.stringMatching(/version 14; .* 15/),
    }) as Error,
  );
  assertUsable(test.url, { version: 15, encoding: 'UTF8', readOnly: false });
});

it('an account that may make nothing in the database is told what it lacks', async () => {
  const role = `${new URL(test.url).pathname.slice(1)}_weak`;
  await sql`create role ${sql.id(role)} login password 'weak'`.execute(database.db);
  try {
    const weak = await connectDatabase({
      url: url((it) => {
        it.username = role;
        it.password = 'weak';
      }),
      log: silent,
    });
    await expect(migrate(weak.db, silent).finally(() => weak.close())).rejects.toMatchObject({
      code: 'database-unusable',
      remedy: expect.stringContaining('grant it create'),
    });
  } finally {
    await sql`drop role ${sql.id(role)}`.execute(database.db);
  }
});
