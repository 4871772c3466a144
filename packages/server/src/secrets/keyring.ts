import { sql } from 'kysely';
import { StartupError } from '../postgres/startup-error.ts';
import type { Db, Trx } from '../store/database.ts';
import { type Key, keyId, open, seal } from './envelope.ts';
import { keyFile, makeKeyFile, parseKey, readKeyFile } from './key-file.ts';

const checkContext = 'key check';
const checkText = 'lockstep';

/** Seals and opens the connections' secrets with the one key that belongs to this database. */
export class Keyring {
  private readonly key: Key;
  constructor(key: Key) {
    this.key = key;
  }

  seal(text: string, context: string): string {
    return seal(this.key, text, context);
  }

  open(sealed: string, context: string): string {
    try {
      return open(this.key, sealed, context);
    } catch (error) {
      // The cause is left out on purpose: nothing of the secret may reach a log.
      const reason = error instanceof Error && error.message.includes('format') ? ` (${error.message})` : '';
      throw new Error(`the stored secrets of ${context} cannot be opened${reason}; enter them again`);
    }
  }

  /** Nothing may be sealed with a key that another worker has meanwhile replaced. */
  async assertCurrent(trx: Trx): Promise<void> {
    const { rows } = await sql`select 1 from key_check where key_id = ${keyId(this.key)} for share`.execute(
      trx,
    );
    if (rows.length === 0) throw wrong('The key of this process');
  }
}

export interface KeyringOptions {
  readonly db: Db;
  readonly dataFolder: string;
  /** The value of LOCKSTEP_KEY. */
  readonly environmentKey?: string | undefined;
}

/**
 * The key from LOCKSTEP_KEY, else from the data folder, where the first start makes it. Checked against the database,
 * which knows a text sealed with its key.
 * @throws StartupError when the key is missing, wrong, or no key.
 */
export async function openKeyring(options: KeyringOptions): Promise<Keyring> {
  const { db, dataFolder, environmentKey } = options;
  return db.transaction().execute(async (trx) => {
    await sql`lock table key_check in share row exclusive mode`.execute(trx);
    const stored = await readCheck(trx);
    const fromEnvironment = environmentKey !== undefined && environmentKey.trim() !== '';
    const source = fromEnvironment ? 'The key in LOCKSTEP_KEY' : `The key file ${keyFile(dataFolder)}`;
    const given = fromEnvironment ? parseKey(environmentKey, 'LOCKSTEP_KEY') : await readKeyFile(dataFolder);
    if (given === undefined && stored !== undefined && (await hasSecrets(trx))) throw missing(dataFolder);
    const key = given ?? (await makeKeyFile(dataFolder));
    if (stored !== undefined && fits(key, stored)) return new Keyring(key);
    if (stored !== undefined && (await hasSecrets(trx))) throw wrong(source);
    // No secrets yet, so this key becomes the database's.
    await sql`insert into key_check (key_id, sealed) values (${keyId(key)}, ${seal(key, checkText, checkContext)})
      on conflict (one) do update set key_id = excluded.key_id, sealed = excluded.sealed`.execute(trx);
    return new Keyring(key);
  });
}

async function readCheck(trx: Trx): Promise<string | undefined> {
  return (await sql<{ sealed: string }>`select sealed from key_check`.execute(trx)).rows[0]?.sealed;
}

async function hasSecrets(trx: Trx): Promise<boolean> {
  const { rows } = await sql`
    (select 1 from connection where secrets is not null limit 1) union all
    (select 1 from notification where secrets is not null limit 1)`.execute(trx);
  return rows.length > 0;
}

function fits(key: Key, sealed: string): boolean {
  try {
    return open(key, sealed, checkContext) === checkText;
  } catch {
    return false;
  }
}

function missing(dataFolder: string): StartupError {
  return new StartupError(
    'key-missing',
    `The database holds encrypted connection secrets, but their key is missing: there is no ${keyFile(dataFolder)} and LOCKSTEP_KEY is not set.`,
    'Restore the key file from your backup, or set LOCKSTEP_KEY to the key that the other workers use. A new key cannot open these secrets, so none was made.',
  );
}

function wrong(source: string): StartupError {
  return new StartupError(
    'key-wrong',
    `${source} is not the one that the connection secrets in this database were encrypted with.`,
    'Restore the right key file, or set LOCKSTEP_KEY to the right key; all workers of one database need the same.',
  );
}
