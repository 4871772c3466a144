import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Trx } from '../store/database.ts';
import type { Principal } from './principal.ts';
import type { Grant } from './role.ts';
import { hashOf } from './tokens.ts';

/** A session ends this long after its last request, and this long after the sign-in whatever happens. */
const IDLE = sql.raw("interval '2 hours'");
const LONGEST = sql.raw("interval '24 hours'");

/** What a changing request of the session with this cookie has to bear besides. */
export function csrfOf(cookie: string): string {
  return createHash('sha256').update('lockstep csrf').update(cookie).digest('base64url');
}

/** Who is signed in. Of a cookie only the hash is kept. */
export class Sessions {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  /**
   * The cookie of a new session; undefined if the user was deactivated, or got another password than `password` (its
   * hash), since they were looked at.
   */
  async open(userId: string, password: string | null, db: Db | Trx = this.db): Promise<string | undefined> {
    const cookie = randomBytes(32).toString('base64url');
    await sql`delete from session where used_at < now() - ${IDLE} or created_at < now() - ${LONGEST}`.execute(
      db,
    );
    const { rows } = await sql`
      with known as (
        select id from lockstep_user where id = ${userId} and active
          and (${password}::text is null or password = ${password}) for share)
      insert into session (hash, user_id) select ${hashOf(cookie)}, id from known returning 1`.execute(db);
    if (rows.length === 0) return undefined;
    await sql`update lockstep_user set signed_in_at = now() where id = ${userId}`.execute(db);
    return cookie;
  }

  /** Undefined: it has ended, or never was. */
  async principal(cookie: string): Promise<Principal | undefined> {
    const hash = hashOf(cookie);
    const { rows } = await sql<{
      readonly userId: string;
      readonly login: string;
      readonly grants: readonly Grant[];
      readonly mustChange: boolean;
    }>`
      select user_id as "userId", login, grants, must_change as "mustChange"
      from session join lockstep_user on lockstep_user.id = session.user_id
      where hash = ${hash} and active and used_at > now() - ${IDLE}
        and session.created_at > now() - ${LONGEST}`.execute(this.db);
    const [row] = rows;
    if (row === undefined) return undefined;
    await sql`update session set used_at = now()
      where hash = ${hash} and used_at < now() - interval '1 minute'`.execute(this.db);
    const { userId, login, grants, mustChange } = row;
    return { name: login, kind: 'user', grants, session: { userId, hash, csrf: csrfOf(cookie), mustChange } };
  }

  async end(hash: string): Promise<void> {
    await sql`delete from session where hash = ${hash}`.execute(this.db);
  }
}

/** Inside the transaction that takes the user's password or right to sign in away. */
export async function endSessions(trx: Trx, userId: string): Promise<void> {
  await sql`delete from session where user_id = ${userId}`.execute(trx);
}
