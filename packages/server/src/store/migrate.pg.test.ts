import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../postgres/log.ts';
import { useTestDatabase } from '../testing/database.ts';
import { connect } from '../testing/store.ts';
import { connectDatabase, type Database } from './database.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

const test = useTestDatabase();
let database: Database;
beforeEach(async () => {
  database = await connect(test.url);
});
afterEach(() => database.close());

const next = {
  number: (migrations.at(-1)?.number ?? 0) + 1,
  name: 'next',
  sql: 'create table extra (id int)',
};

describe('the schema', () => {
  it('is made once, however many start at once', async () => {
    const ran = await Promise.all([1, 2, 3, 4].map(() => migrate(database.db, silent)));
    expect(ran.sort((a, b) => a - b)).toEqual([0, 0, 0, migrations.length]);
  });

  it('is upgraded from an older one', async () => {
    await migrate(database.db, silent);
    expect(await migrate(database.db, silent, [...migrations, next])).toBe(1);
    await sql`select id from extra`.execute(database.db);
  });

  it('of the first version is brought to this one with all that is in it', async () => {
    await migrate(database.db, silent, migrations.slice(0, 1));
    await sql`insert into connection (id, name, connector, config, secret_names)
      values ('a', 'a', 'memory', '{}', '{}')`.execute(database.db);
    expect(await migrate(database.db, silent)).toBe(migrations.length - 1);
    expect((await sql`select name from connection`.execute(database.db)).rows).toEqual([{ name: 'a' }]);
    expect(await migrate(database.db, silent)).toBe(0);
  });

  it('of a newer Lockstep is refused', async () => {
    await migrate(database.db, silent, [...migrations, next]);
    await expect(migrate(database.db, silent)).rejects.toMatchObject({
      code: 'schema-newer',
      message: expect.stringContaining('newer Lockstep'),
    });
  });

  it('of another build is refused', async () => {
    await migrate(database.db, silent, [{ number: 1, name: 'strange', sql: 'select 1' }]);
    await expect(migrate(database.db, silent)).rejects.toMatchObject({ code: 'schema-changed' });
  });

  it('is not half upgraded by a migration that fails', async () => {
    const broken = { number: 1, name: 'broken', sql: 'create table half (id int); select nonsense' };
    await expect(migrate(database.db, silent, [broken])).rejects.toThrow(/nonsense/);
    await migrate(database.db, silent);
  });
});

describe('a database that cannot be used', () => {
  it('is named without its password', async () => {
    const url = new URL(test.url);
    url.password = 'open-sesame';
    const failure = await connectDatabase({ url: url.href, log: silent }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'database-unreachable',
      message: expect.stringContaining(url.port),
    });
    expect(String(failure)).not.toContain('open-sesame');
    await expect(
      connectDatabase({ url: 'postgresql://u:open-sesame@127.0.0.1:1/x', log: silent }),
    ).rejects.toThrow(/127\.0\.0\.1:1\/x cannot be used/);
  });
});
