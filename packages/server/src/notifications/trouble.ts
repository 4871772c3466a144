import type { NotificationEvent } from '@lockstep/api';
import { sql } from 'kysely';
import type { Trx } from '../store/database.ts';
import { clean } from '../store/text.ts';
import { listenersTo, type OtherEvents, type Subject } from './listeners.ts';
import type { Message } from './message.ts';
import { enqueue, gather } from './outbox.ts';

/** What lasts until it is over, and is told once, with reminders. */
export type LastingEvent = Exclude<NotificationEvent, 'warning' | 'configuration-changed'>;

interface Occurrence extends OtherEvents {
  readonly subject: Exclude<Subject, { kind: 'installation' }>;
  readonly summary: string;
  readonly remedy?: string | undefined;
  /** How many things are wrong now; absent: one more than before. */
  readonly count?: number;
  readonly details?: readonly string[];
}

/** Notes trouble, and tells those who listen and have not been told of it lately. All of it happens in one transaction. */
export async function raise(trx: Trx, event: LastingEvent, occurrence: Occurrence): Promise<void> {
  const { subject, summary, remedy, count, details = [] } = occurrence;
  const { rows } = await sql<{ id: number; since: string; count: number }>`
    insert into trouble (event, integration_id, connection_id, count, summary)
    values (${event}, ${idOf(subject, 'integration')}, ${idOf(subject, 'connection')}, ${count ?? 1}, ${clean(summary)})
    on conflict (event, integration_id, connection_id) do update
      set summary = excluded.summary, count = ${count === undefined ? sql`trouble.count + 1` : sql`excluded.count`}
    returning id, since, count`.execute(trx);
  const [trouble] = rows;
  if (trouble === undefined) throw new Error('trouble was not noted');
  const { rows: listeners } = await sql<{ id: string }>`
    insert into trouble_told (trouble_id, notification_id)
    select ${trouble.id}, unnest(${await listenersTo(trx, event, subject, occurrence)}::text[])
    on conflict (trouble_id, notification_id) do update set told_at = excluded.told_at
      where trouble_told.told_at <= clock_timestamp() - (select remind_after from notification
        where id = trouble_told.notification_id) * interval '1 second'
    returning notification_id as id`.execute(trx);
  const message = {
    event,
    subject: subject.name,
    summary,
    ...(remedy === undefined ? {} : { remedy }),
    count: trouble.count,
    at: trouble.since,
    details,
  };
  for (const { id } of listeners) await enqueue(trx, id, { ...message, state: 'raised' });
}

/** It is over: whoever was told of it is told so. */
export async function recover(trx: Trx, event: LastingEvent, subject: Occurrence['subject']): Promise<void> {
  const { rows } = await sql<{
    id: number;
    since: string;
    count: number;
    summary: string;
  }>`
    select id, since, count, summary from trouble where event = ${event} and integration_id is not distinct from ${idOf(subject, 'integration')}
      and connection_id is not distinct from ${idOf(subject, 'connection')} for update`.execute(trx);
  const [trouble] = rows;
  if (trouble === undefined) return;
  const { since: at, count, summary } = trouble;
  const message = { event, subject: subject.name, summary, count, at, details: [] };
  const { rows: told } = await sql<{ id: string }>`
    select n.id from trouble_told join notification n on n.id = notification_id and n.enabled
    where trouble_id = ${trouble.id} order by n.id for key share of n`.execute(trx);
  for (const { id } of told) await enqueue(trx, id, { ...message, state: 'recovered' });
  await sql`delete from trouble where id = ${trouble.id}`.execute(trx);
}

/** Tells of something that has no end. */
export async function mention(
  trx: Trx,
  event: Exclude<NotificationEvent, LastingEvent>,
  subject: Subject,
  told: Pick<Message, 'summary' | 'remedy' | 'count' | 'details'>,
  others?: OtherEvents,
): Promise<void> {
  const message = { ...told, event, subject: subject.name, at: new Date().toISOString() };
  for (const id of await listenersTo(trx, event, subject, others)) await gather(trx, id, message);
}

function idOf(subject: Occurrence['subject'], kind: Occurrence['subject']['kind']): string | null {
  return subject.kind === kind ? subject.id : null;
}
