import type { NotificationEvent } from '@lockstep/api';
import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from '../store/database.ts';

/** What an event is about; its name is what people read. */
export type Subject =
  /** `group`: of one that is gone; of others it is looked up. */
  | { readonly kind: 'integration'; readonly id: string; readonly name: string; readonly group?: string }
  /** Concerns every integration that uses it. */
  | { readonly kind: 'connection'; readonly id: string; readonly name: string }
  /** Anything else, for those only who listen to all integrations. */
  | { readonly kind: 'installation'; readonly name: string };

export interface OtherEvents {
  /** Not those who listen to one of these too: they hear of it by that. */
  readonly unless?: readonly NotificationEvent[] | undefined;
  /** Only those who listen to this one too. */
  readonly only?: NotificationEvent | undefined;
}

/** Notifications that are to be told of this. They stay, at least until the transaction ends. */
export async function listenersTo(
  trx: Trx,
  event: NotificationEvent,
  subject: Subject,
  others: OtherEvents = {},
): Promise<readonly string[]> {
  const { unless, only } = others;
  const { rows } = await sql<{ id: string }>`
    select n.id from notification n where n.enabled and ${event} = any(n.events)
    ${unless === undefined ? sql`` : sql`and not n.events && ${[...unless]}::text[]`}
    ${only === undefined ? sql`` : sql`and ${only} = any(n.events)`}
    and (n.integrations is null and n.groups is null or ${within(subject)})
    order by n.id for key share`.execute(trx);
  return rows.map(({ id }) => id);
}

function within(subject: Subject): RawBuilder<unknown> {
  switch (subject.kind) {
    case 'integration':
      return sql`${subject.name} = any(n.integrations) or ${
        subject.group === undefined
          ? sql`exists (select 1 from integration i where i.id = ${subject.id}
              and i.configuration->>'group' = any(n.groups))`
          : sql`${subject.group} = any(n.groups)`
      }`;
    case 'connection':
      return sql`exists (select 1 from integration i
        where (i.name = any(n.integrations) or i.configuration->>'group' = any(n.groups))
        and ${subject.id} in (i.left_connection, i.right_connection))`;
    case 'installation':
      return sql`false`;
  }
}

/** Whether anybody is told of anything. */
export async function isAnybodyListening(db: Db | Trx): Promise<boolean> {
  const { rows } = await sql`select 1 from notification where enabled limit 1`.execute(db);
  return rows.length > 0;
}
