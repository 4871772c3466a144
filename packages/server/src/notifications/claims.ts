import { sql } from 'kysely';
import type { Db } from '../store/database.ts';
import { clean } from '../store/text.ts';
import type { DeliveryError, Message } from './message.ts';

/** A notification whose messages this server alone sends for a while. */
export interface Claim {
  readonly id: string;
  readonly name: string;
  readonly perHour: number;
}

export interface DueMessage {
  readonly sequence: number;
  readonly attempts: number;
  /** Seconds since it was written. */
  readonly age: number;
  readonly message: Message;
}

/** Seconds that a claim holds unless renewed; as long a dead server's messages wait. */
const CLAIM = 30;
/** Seconds after the first failure, doubled with each further one. */
const FIRST_REST = 10;
const LONGEST_REST = 3_600;
/** Seconds after which a message that was tried in vain is given up. */
const GIVEN_UP = 86_400;

/** Who sends what, told to all servers by the database, by whose clock all of it goes. */
export class Claims {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  /** Takes up to so many notifications that have something to send and are nobody's. */
  async take(holder: string, most: number): Promise<readonly Claim[]> {
    const { rows } = await sql<Claim>`
      update notification set claimed_by = ${holder}, claimed_until = clock_timestamp() + ${CLAIM} * interval '1 second'
      where id in (select id from notification n
        where enabled and next_try <= clock_timestamp()
          and (claimed_until is null or claimed_until < clock_timestamp())
          and exists (select 1 from notification_message where notification_id = n.id and status = 'waiting'
            and due_at <= clock_timestamp())
        order by next_try limit ${most} for update skip locked)
      returning id, name, per_hour as "perHour"`.execute(this.db);
    return rows;
  }

  async renew(holder: string): Promise<void> {
    await sql`update notification set claimed_until = clock_timestamp() + ${CLAIM} * interval '1 second'
      where claimed_by = ${holder}`.execute(this.db);
  }

  async release(id: string, holder: string): Promise<void> {
    await sql`update notification set claimed_by = null, claimed_until = null
      where id = ${id} and claimed_by = ${holder}`.execute(this.db);
  }

  /** Has it sent as many as an hour may have? Then it rests until the hour has passed. */
  async isLimited({ id, perHour }: Claim): Promise<boolean> {
    const { rows } = await sql`
      update notification set next_try = oldest.ended_at + interval '1 hour' from (
        select ended_at from notification_message
        where notification_id = ${id} and status = 'sent' and event <> 'test'
          and ended_at > clock_timestamp() - interval '1 hour'
        order by ended_at desc offset ${perHour - 1} limit 1) oldest
      where id = ${id} returning 1`.execute(this.db);
    return rows.length > 0;
  }

  /** Its earliest message that is due; from here on its text stays as it is. */
  async next({ id }: Claim): Promise<DueMessage | undefined> {
    const { rows } = await sql<Omit<DueMessage, 'message'> & { id: string; message: Omit<Message, 'id'> }>`
      update notification_message set attempts = attempts + 1
      where sequence = (select sequence from notification_message
        where notification_id = ${id} and status = 'waiting' and due_at <= clock_timestamp()
        order by sequence limit 1)
      returning sequence, id, attempts, message,
        extract(epoch from clock_timestamp() - created_at)::float8 as age`.execute(this.db);
    const [row] = rows;
    if (row === undefined) return undefined;
    const { id: messageId, message, ...due } = row;
    return { ...due, message: { ...message, id: messageId } };
  }

  async sent({ id }: Claim, { sequence }: DueMessage, said: string): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      // First the notification, as its deletion does.
      await sql`update notification set last_sent_at = clock_timestamp(), failures = 0, failed_at = null, reason = null,
        remedy = null where id = ${id}`.execute(trx);
      await sql`update notification_message set status = 'sent', ended_at = clock_timestamp(), said = ${clean(said)},
        reason = null, remedy = null where sequence = ${sequence}`.execute(trx);
    });
  }

  /** True if the message is given up; else all of the notification's messages wait, longer each time. */
  async failed(
    { id }: Claim,
    { sequence, age }: DueMessage,
    { message, remedy, lasting }: DeliveryError,
  ): Promise<boolean> {
    const isOver = lasting || age > GIVEN_UP;
    const reason = clean(isOver && !lasting ? `given up after a day: ${message}` : message);
    await this.db.transaction().execute(async (trx) => {
      await sql`update notification set failed_at = clock_timestamp(), reason = ${reason}, remedy = ${remedy}
        ${isOver ? sql`` : rest}
        where id = ${id}`.execute(trx);
      await sql`update notification_message set reason = ${reason}, remedy = ${remedy}
        ${isOver ? sql`, status = 'failed', ended_at = clock_timestamp()` : sql``}
        where sequence = ${sequence}`.execute(trx);
    });
    return isOver;
  }
}

const rest = sql`, failures = failures + 1, next_try = clock_timestamp()
  + least(${LONGEST_REST}, ${FIRST_REST} * power(2, least(failures, 12))) * (0.8 + 0.4 * random()) * interval '1 second'`;
