import { sql } from 'kysely';
import type { Db } from '../store/database.ts';
import { Refusal } from '../integrations/refusal.ts';
import { hashOf } from './tokens.ts';

/** Within a window: failed attempts of one login from anywhere, and from one address for any login; sign-ins begun at a provider. */
const MOST = { login: 10, address: 50, provider: 50 };
const WINDOW = sql.raw("interval '15 minutes'");

interface Attempt {
  readonly login: string;
  readonly address: string;
}

/** Slows down whoever tries passwords, over all servers together. A login that does not exist counts like any other. */
export class SignInLimit {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  /** Counts an attempt before it is tried, so that many at once are no way round. Throws what is one too many. */
  async take(attempt: Attempt): Promise<void> {
    await this.count(
      'address',
      attempt.address,
      'there were too many failed attempts to sign in from this address',
    );
    await this.count(
      'login',
      attempt.login,
      'there were too many failed attempts to sign in with this login',
    );
  }

  /** Counts a sign-in that is begun at a provider, of which the server keeps a row until it ends. */
  async begin(address: string): Promise<void> {
    await this.count('provider', address, 'too many sign-ins were begun from this address');
  }

  /** One that was begun came to its end: many people may sit behind one address. */
  async end(address: string): Promise<void> {
    await this.uncount('provider', address);
  }

  private async count(kind: keyof typeof MOST, value: string, message: string): Promise<void> {
    await sql`delete from sign_in_limit where since < now() - ${WINDOW}`.execute(this.db);
    const { rows } = await sql<{ attempts: number; seconds: number }>`
      insert into sign_in_limit as known (key, attempts) values (${keyOf(kind, value)}, 1)
      on conflict (key) do update set attempts = known.attempts + 1
      returning attempts, ceil(extract(epoch from since + ${WINDOW} - now()))::int as seconds`.execute(
      this.db,
    );
    const { attempts = 0, seconds = 0 } = rows[0] ?? {};
    if (attempts <= MOST[kind]) return;
    const minutes = Math.max(1, Math.ceil(seconds / 60));
    throw new Refusal(429, 'too-many-attempts', message, `Try again in ${minutes} minutes.`);
  }

  /** It was the right one: what was counted for the login is forgotten. */
  async succeed(attempt: Attempt): Promise<void> {
    await this.forget(attempt.login);
    await this.uncount('address', attempt.address);
  }

  private async uncount(kind: keyof typeof MOST, value: string): Promise<void> {
    await sql`update sign_in_limit set attempts = greatest(0, attempts - 1)
      where key = ${keyOf(kind, value)}`.execute(this.db);
  }

  async forget(login: string): Promise<void> {
    await sql`delete from sign_in_limit where key = ${keyOf('login', login)}`.execute(this.db);
  }
}

function keyOf(kind: keyof typeof MOST, value: string): string {
  return `${kind}:${hashOf(value)}`;
}
