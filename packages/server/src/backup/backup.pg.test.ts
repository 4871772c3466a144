import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { silent } from '../postgres/log.ts';
import { connectDatabase, type Db } from '../store/database.ts';
import { configureOne, latestEnded, openTracker, served, useServers } from '../testing/serving.ts';
import { useTestDatabase } from '../testing/database.ts';
import { checkBackup, restoreServer } from './restore-server.ts';
import { tablesOf } from './tables.ts';
import { writeBackup } from './write-backup.ts';

const database = useTestDatabase(served);
const serving = useServers(database);
let folder = '';
let other = '';
const opened: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-backup-'));
  other = await emptyDatabase();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(url: string): Promise<Db> {
  const connected = await connectDatabase({ url, log: silent });
  opened.push(connected);
  return connected.db;
}

/** A second database beside the test's own. */
async function emptyDatabase(): Promise<string> {
  const url = new URL(database.url);
  const name = `${url.pathname.slice(1)}_restored`;
  const db = await open(database.url);
  await sql`drop database if exists ${sql.id(name)} with (force)`.execute(db);
  await sql`create database ${sql.id(name)} template template0`.execute(db);
  url.pathname = `/${name}`;
  return url.href;
}

async function filled(): Promise<Db> {
  const left = openTracker('left');
  openTracker('right');
  left.create('alice', { title: 'Nul \u0000 und ein halbes Zeichen \ud83d, Zeile\nzwei, “Ünï”' });
  left.create('alice', { title: 'Two' });
  const { client } = await serving.start();
  await configureOne(client);
  await client.enable('one');
  await latestEnded(client);
  return open(database.url);
}

async function take(db: Db): Promise<string> {
  const lines: string[] = [];
  for await (const line of writeBackup(db, '1.2.3')) lines.push(line);
  const file = path.join(folder, 'backup.gz');
  await writeFile(file, gzipSync(lines.join('')));
  return file;
}

async function contents(db: Db): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const { name, columns } of await tablesOf(db)) {
    const list = columns
      .filter((one) => !['restored_at', 'enabled'].includes(one.name))
      .map((one) => `"${one.name}"::text`);
    const { rows } = await sql.raw(`select ${list.join(', ')} from "${name}" order by 1, 2`).execute(db);
    all[name] = rows;
  }
  return all;
}

test('what is restored is what was there, to the last digit', async () => {
  const db = await filled();
  const before = await contents(db);
  expect((before['pair'] as unknown[]).length).toBe(2);
  const file = await take(db);
  await checkBackup(file);
  const { version, rows } = await restoreServer({
    file,
    dataFolder: folder,
    databaseUrl: other,
    log: silent,
  });
  expect(version).toBe('1.2.3');
  expect(rows).toBeGreaterThan(10);
  const restored = await open(other);
  expect(await contents(restored)).toEqual(before);
  const { rows: marked } = await sql`select 1 from integration where restored_at is null or enabled`.execute(
    restored,
  );
  expect(marked).toEqual([]);
  const [next] = (
    await sql<{ id: number }>`insert into log (integration_id, run_id, level, at, text)
    select id, 'r', 'info', now(), 'next' from integration returning id`.execute(restored)
  ).rows;
  expect(next?.id).toBeGreaterThan(
    Math.max(0, ...(before['log'] as { id: string }[]).map(({ id }) => Number(id))),
  );
});

test('from an external PostgreSQL into the embedded one, and back, nothing is lost', async () => {
  const db = await filled();
  const before = await contents(db);
  const embedded = path.join(folder, 'embedded');
  await restoreServer({ file: await take(db), dataFolder: embedded, log: silent });
  const postgres = await startEmbeddedPostgres({ dataFolder: embedded, log: silent });
  try {
    const inside = await connectDatabase({ url: postgres.url, log: silent });
    const file = await (async () => {
      expect(await contents(inside.db)).toEqual(before);
      return take(inside.db);
    })().finally(() => inside.close());
    await restoreServer({ file, dataFolder: folder, databaseUrl: other, log: silent });
  } finally {
    await postgres.stop();
  }
  expect(await contents(await open(other))).toEqual(before);
}, 60_000);

test('a database in use is not touched', async () => {
  const file = await take(await filled());
  await expect(
    restoreServer({ file, dataFolder: folder, databaseUrl: database.url, log: silent }),
  ).rejects.toMatchObject({ code: 'database-in-use' });
});

test.each([
  ['a backup that was cut off', (text: string) => text.slice(0, -200), 'backup-damaged'],
  ['a backup with a changed row', (text: string) => text.replace('["left"', '["lift"'), 'backup-damaged'],
  ['a file that is no backup', () => '{"hello":1}\n', 'backup-unknown'],
  ['a page of text', () => 'hello\n', 'backup-damaged'],
  [
    'a newer backup',
    (text: string) => resigned(text.replace(/"number":\d+/, '"number":9999')),
    'backup-newer',
  ],
])('%s is refused and leaves nothing behind', async (_name, change, code) => {
  const db = await filled();
  let text = '';
  for await (const line of writeBackup(db, '1.2.3')) text += line;
  const file = path.join(folder, 'changed.gz');
  await writeFile(file, gzipSync(change(text)));
  await expect(
    restoreServer({ file, dataFolder: folder, databaseUrl: other, log: silent }),
  ).rejects.toMatchObject({ code });
  expect(await tablesOf(await open(other))).toEqual([]);
});

test.each([
  ['cut off in the middle', (packed: Buffer) => packed.subarray(0, packed.length - 20)],
  ['not packed', () => Buffer.from('{"lockstep":"backup"}\n')],
])('a file that is %s is refused', async (_name, change) => {
  const file = await take(await filled());
  await writeFile(file, change(await readFile(file)));
  await expect(checkBackup(file)).rejects.toMatchObject({ code: 'backup-damaged' });
});

/** As if it had been written like that. */
function resigned(text: string): string {
  const lines = text.trimEnd().split('\n').slice(0, -1);
  const body = `${lines.join('\n')}\n`;
  const rows = lines.filter((line) => line.startsWith('[')).length;
  return `${body}${JSON.stringify({ rows, sha256: createHash('sha256').update(body).digest('hex') })}\n`;
}
