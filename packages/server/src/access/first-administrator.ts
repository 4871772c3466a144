import { chmod, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import type { Log } from '../postgres/log.ts';
import { syncFolder } from '../postgres/sync-folder.ts';
import type { Db } from '../store/database.ts';
import { hashPassword } from './password.ts';
import { oneTimePassword, type Users } from './users.ts';

export const FIRST_LOGIN = 'admin';

function passwordFile(dataFolder: string): string {
  return path.join(dataFolder, 'administrator-password');
}

/**
 * Where there is no user at all, makes the first administrator, with a random password in a file for the machine's
 * operator alone, to be changed at the first sign-in. There is no password that anybody could know beforehand.
 */
export async function ensureAdministrator(parts: {
  readonly db: Db;
  readonly users: Users;
  readonly dataFolder: string;
  readonly log: Log;
}): Promise<void> {
  const { db, users, dataFolder, log } = parts;
  const file = passwordFile(dataFolder);
  const made = await db.transaction().execute(async (trx) => {
    await sql`lock table lockstep_user in share row exclusive mode`.execute(trx);
    const { rows } = await sql<{ waiting: boolean }>`
      select bool_or(login = ${FIRST_LOGIN} and must_change) as waiting from lockstep_user having count(*) > 0`.execute(
      trx,
    );
    if (rows[0] !== undefined) {
      if (!rows[0].waiting) await forgetFirstPassword(dataFolder);
      return false;
    }
    const password = oneTimePassword();
    await writeFile(file, `${password}\n`, { mode: 0o600, flush: true });
    if (process.platform !== 'win32') await chmod(file, 0o600);
    await syncFolder(dataFolder);
    const grants = [{ role: 'administrator' as const }];
    const hash = await hashPassword(password);
    await users.insert(trx, {
      login: FIRST_LOGIN,
      name: 'Administrator',
      email: undefined,
      grants,
      hash,
      who: 'the server',
    });
    return true;
  });
  if (made)
    log.info(
      { file },
      `the first administrator is “${FIRST_LOGIN}”, with the one-time password in ${file}; it has to be changed at the first sign-in`,
    );
}

/** It is used up. */
export async function forgetFirstPassword(dataFolder: string): Promise<void> {
  await rm(passwordFile(dataFolder), { force: true });
}
