import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connections } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { useTestDatabase } from '../testing/database.ts';
import { connect, migrated } from '../testing/store.ts';
import { keyFile } from './key-file.ts';
import { openKeyring } from './keyring.ts';

const test = useTestDatabase(migrated);
let database: Database;
let dataFolder: string;

beforeEach(async () => {
  database = await connect(test.url);
  dataFolder = await mkdtemp(path.join(tmpdir(), 'lockstep-key-'));
});
afterEach(async () => {
  await database.close();
  await rm(dataFolder, { recursive: true, force: true });
});

const open = async (environmentKey?: string): Promise<Connections> =>
  new Connections({
    db: database.db,
    keyring: await openKeyring({ db: database.db, dataFolder, environmentKey }),
  });
const input = { id: 'c1', name: 'Redmine', connector: 'redmine', config: { url: 'http://x' } };

describe('the key', () => {
  it('is made at the first start, for its owner alone, and stays', async () => {
    await Promise.all([open(), open(), open()]);
    expect((await stat(keyFile(dataFolder))).mode & 0o777).toBe(0o600);
    await (await open()).save({ ...input, secrets: { token: 'sesame' } });
    expect(await (await open()).secrets('c1')).toEqual({ token: 'sesame' });
  });

  it('that is missing is not replaced while secrets need it', async () => {
    await (await open()).save({ ...input, secrets: { token: 'sesame' } });
    await rm(keyFile(dataFolder));
    await expect(open()).rejects.toMatchObject({ code: 'key-missing' });
    await expect(stat(keyFile(dataFolder))).rejects.toThrow(/ENOENT/);
  });

  it('that is wrong is noticed at the start', async () => {
    await (await open()).save({ ...input, secrets: { token: 'sesame' } });
    await expect(open(randomBytes(32).toString('hex'))).rejects.toMatchObject({
      code: 'key-wrong',
      message: expect.stringContaining('LOCKSTEP_KEY'),
    });
  });

  it('may be replaced while there are no secrets; one that was replaced seals nothing more', async () => {
    const first = await open();
    const other = await open(randomBytes(32).toString('base64'));
    await expect(first.save({ ...input, secrets: { token: 'x' } })).rejects.toMatchObject({
      code: 'key-wrong',
    });
    await other.save({ ...input, secrets: { token: 'x' } });
  });
});

describe('connections', () => {
  it('keep their secrets unless given new ones, show only the names, and store no plain text', async () => {
    const connections = await open();
    await connections.save({ ...input, secrets: { token: 'sesame' } });
    const changed = await connections.save({ ...input, config: { url: 'http://y' } }, 1);
    expect(changed).toMatchObject({ revision: 2, secretNames: ['token'], config: { url: 'http://y' } });
    expect(JSON.stringify(changed)).not.toContain('sesame');
    expect(await connections.secrets('c1')).toEqual({ token: 'sesame' });
    expect(await connections.save(input, 1)).toBeUndefined();
    const { rows } = await sql<{ row: string }>`select connection::text as row from connection`.execute(
      database.db,
    );
    expect(rows[0]?.row).not.toContain('sesame');
  });

  it('are removed once', async () => {
    const connections = await open();
    await connections.save(input);
    expect(await connections.list({ limit: 5 })).toHaveLength(1);
    expect(await connections.remove('c1')).toBe('removed');
    expect(await connections.remove('c1')).toBe('absent');
  });
});
