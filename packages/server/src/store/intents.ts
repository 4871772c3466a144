import type { Intent } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';
import { clean, json, orNull } from './text.ts';

type Row = {
  readonly [K in keyof Omit<Intent, 'sentAt'>]-?: Exclude<Intent[K], undefined> | null;
} & { readonly id: string; readonly sent_at: string };

/** The key makes two intents for one piece of work impossible; an open one is taken over. */
export async function writeIntent(
  trx: Trx,
  integrationId: string,
  runId: string,
  intent: Intent,
): Promise<void> {
  await sql`
    insert into intent (integration_id, id, run_id, kind, side, source, target, part, fingerprint, sent, sent_at)
    values (${integrationId}, ${clean(intent.id)}, ${runId}, ${intent.kind}, ${intent.side}, ${clean(intent.source)},
      ${orNull(intent.target)}, ${orNull(intent.part)}, ${intent.fingerprint},
      ${intent.sent === undefined ? null : json(intent.sent)}, ${intent.sentAt})
    on conflict (integration_id, id) do update set run_id = excluded.run_id, target = excluded.target,
      fingerprint = excluded.fingerprint, sent = excluded.sent, sent_at = excluded.sent_at`.execute(trx);
}

export async function readIntents(db: Db, integrationId: string, id?: string): Promise<readonly Intent[]> {
  const { rows } = await sql<Row>`
    select id, kind, side, source, target, part, fingerprint, sent, sent_at from intent
    where integration_id = ${integrationId} ${id === undefined ? sql`` : sql`and id = ${clean(id)}`}
    order by sent_at, id`.execute(db);
  return rows.map((row) => {
    const { sent_at: sentAt, ...rest } = row;
    return {
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)),
      sentAt,
    } as Intent;
  });
}

export async function deleteIntents(trx: Trx, integrationId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`delete from intent where integration_id = ${integrationId} and id = any(${ids.map(clean)}::text[])`.execute(
    trx,
  );
}
