import type { Action } from '@lockstep/api';
import type { Side } from '@lockstep/engine';
import { CREATED } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db } from '../store/database.ts';
import { clean } from '../store/text.ts';

/** An item that a person wants something of, and what is known of it. */
export interface ChosenItem {
  readonly side: Side;
  readonly id: string;
  readonly key: string;
  /** Of its pair, if that is followed. */
  readonly pairId: string | null;
  readonly isParked: boolean;
}

/** A query for what is known of the items (side, id, key) that another gives. */
export function known(integrationId: string, from: ReturnType<typeof sql>) {
  return sql`
    select item.side, item.id, item.key, coalesce(l.id, r.id) as "pairId", parked.item_id is not null as "isParked"
    from (${from}) as item
    left join pair l on l.integration_id = ${integrationId} and item.side = 'left' and l.left_id = item.id and l.state = 'active'
    left join pair r on r.integration_id = ${integrationId} and item.side = 'right' and r.right_id = item.id and r.state = 'active'
    left join parked on parked.integration_id = ${integrationId} and parked.side = item.side and parked.item_id = item.id`;
}

/** What can be done about each of these items now, by side and id. One statement. */
export async function actionsOf(
  db: Db,
  integrationId: string,
  items: readonly { readonly side: Side; readonly id: string }[],
): Promise<ReadonlyMap<string, Action[]>> {
  if (items.length === 0) return new Map();
  const from = sql`select distinct side, id, id as key from unnest(${items.map((it) => it.side)}::text[],
    ${items.map((it) => clean(it.id))}::text[]) as given (side, id)`;
  const { rows } = await sql<ChosenItem & { isChanged: boolean }>`
    select known.*, exists (select from pair join sync on sync.integration_id = pair.integration_id
      and sync.left_id = pair.left_id join journal on journal.sync_id = sync.id and journal.reason <> ${CREATED}
      where pair.integration_id = ${integrationId} and pair.id = known."pairId") as "isChanged"
    from (${known(integrationId, from)}) as known`.execute(db);
  return new Map(
    rows.map(({ side, id, pairId, isParked, isChanged }) => {
      const paired: Action[] = ['resync', 'hard-resync', ...(isChanged ? (['undo'] as const) : [])];
      return [`${side}:${id}`, pairId !== null ? paired : isParked ? ['recreate'] : []];
    }),
  );
}
