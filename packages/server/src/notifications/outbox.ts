import { sql } from 'kysely';
import { systemRandom } from '../jobs/clock.ts';
import type { Db, Trx } from '../store/database.ts';
import { clean, json } from '../store/text.ts';
import type { EventKind, Message } from './message.ts';

export type MessageStatus = 'waiting' | 'sent' | 'failed';

export interface OutboxEntry {
  readonly sequence: number;
  readonly id: string;
  readonly notification: string;
  readonly event: EventKind;
  readonly state: Message['state'];
  readonly subject: string;
  readonly message: Omit<Message, 'id'>;
  readonly status: MessageStatus;
  readonly attempts: number;
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly said: string | null;
  readonly reason: string | null;
  readonly remedy: string | null;
}

/** Seconds that momentary events of one subject are gathered after a message about them. */
const GATHERING = 600;
/** Lines that a message tells of what it stands for. */
const DETAILS = 10;

/** A message for one notification, in the transaction of what it tells of. */
export async function enqueue(
  trx: Trx,
  notificationId: string,
  message: Omit<Message, 'id'>,
  options: { readonly dueIn?: number } = {},
): Promise<void> {
  await sql`insert into notification_message (id, notification_id, event, state, subject, message, due_at)
    values (${systemRandom.id()}, ${notificationId}, ${message.event}, ${message.state}, ${clean(message.subject)},
      ${json(cleaned(message))}, clock_timestamp() + ${options.dueIn ?? 0} * interval '1 second')`.execute(
    trx,
  );
}

/** A message that was sent, or refused, outside the outbox to try the channel; a good one shows that the channel works. */
export async function recordTest(
  db: Db,
  notificationId: string,
  message: Message,
  end: { readonly said: string } | { readonly reason: string; readonly remedy: string },
): Promise<void> {
  const { id, ...rest } = message;
  const sent = 'said' in end;
  const { said, reason, remedy } = { said: null, reason: null, remedy: null, ...end };
  await db.transaction().execute(async (trx) => {
    if (sent)
      await sql`update notification set failures = 0, next_try = now(), failed_at = null, reason = null, remedy = null
        where id = ${notificationId}`.execute(trx);
    await sql`insert into notification_message (id, notification_id, event, state, subject, message, status, attempts,
        ended_at, said, reason, remedy)
      values (${id}, ${notificationId}, ${message.event}, ${message.state}, ${message.subject}, ${json(rest)},
        ${sent ? 'sent' : 'failed'}, 1, clock_timestamp(), ${said}, ${reason}, ${remedy})`.execute(trx);
  });
}

/**
 * For what has no end, such as a warning: the first is told at once; those that follow soon are gathered into one message.
 * What was tried once keeps its text, so that every attempt says the same.
 */
export async function gather(
  trx: Trx,
  notificationId: string,
  message: Omit<Message, 'id' | 'state'>,
): Promise<void> {
  const { rows } = await sql<{ sequence: number; message: Omit<Message, 'id'> }>`
    select sequence, message from notification_message
    where notification_id = ${notificationId} and event = ${message.event} and subject = ${clean(message.subject)}
      and status = 'waiting' and attempts = 0
    order by sequence desc limit 1 for update`.execute(trx);
  const [open] = rows;
  if (open !== undefined) {
    const { message: before } = open;
    const together: Omit<Message, 'id'> = {
      ...before,
      count: before.count + message.count,
      details: [...before.details, ...message.details].slice(0, DETAILS),
    };
    await sql`update notification_message set message = ${json(cleaned(together))}
      where sequence = ${open.sequence}`.execute(trx);
    return;
  }
  const { rows: last } = await sql<{ passed: number }>`
    select extract(epoch from clock_timestamp() - created_at)::float8 as passed from notification_message
    where notification_id = ${notificationId} and event = ${message.event} and subject = ${clean(message.subject)}
    order by sequence desc limit 1`.execute(trx);
  const dueIn = Math.max(0, GATHERING - (last[0]?.passed ?? GATHERING));
  await enqueue(trx, notificationId, { ...message, state: 'raised' }, { dueIn });
}

/** The delivery log, newest first, behind `before`. */
export async function listMessages(
  db: Db,
  query: {
    readonly notification?: string | undefined;
    readonly status?: MessageStatus | undefined;
    readonly before?: number | undefined;
    readonly limit: number;
  },
): Promise<readonly OutboxEntry[]> {
  const { notification, status, before } = query;
  const { rows } = await sql<OutboxEntry>`
    select m.sequence, m.id, n.name as notification, m.event, m.state, m.subject, m.message, m.status, m.attempts,
      m.created_at as "createdAt", m.ended_at as "endedAt", m.said, m.reason, m.remedy
    from notification_message m join notification n on n.id = m.notification_id where true
      ${notification === undefined ? sql`` : sql`and n.name = ${notification}`}
      ${status === undefined ? sql`` : sql`and m.status = ${status}`}
      ${before === undefined ? sql`` : sql`and m.sequence < ${before}`}
    order by m.sequence desc limit ${query.limit}`.execute(db);
  return rows;
}

/** Days that the delivery log is kept. */
const KEPT = 30;

/** Lets old lines of the delivery log go; resolves with how many. */
export async function pruneMessages(db: Db): Promise<number> {
  const { numAffectedRows } = await sql`delete from notification_message
    where status <> 'waiting' and ended_at < now() - ${KEPT} * interval '1 day'`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** Characters of a line. */
const LONGEST = 500;

function cleaned(message: Omit<Message, 'id'>): Omit<Message, 'id'> {
  return { ...message, summary: shortened(message.summary), details: message.details.map(shortened) };
}

function shortened(line: string): string {
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
