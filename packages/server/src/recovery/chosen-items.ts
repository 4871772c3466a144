import type { RecoveryBody } from '@lockstep/api';
import { sql } from 'kysely';
import { Refusal } from '../integrations/refusal.ts';
import type { ItemDesk, LocatedItem } from '../items/item-desk.ts';
import type { Db } from '../store/database.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { clean } from '../store/text.ts';
import { known } from './known-items.ts';
import type { ChosenItem } from './known-items.ts';

/** Items that one request may be about. */
export const MOST = 10_000;

export type Selection = Pick<
  Extract<RecoveryBody, { action: 'resync' }>,
  'items' | 'run' | 'outcome' | 'parked'
>;

/** The items that are meant, each once. Throws where one that is named is not known, or too many are meant. */
export async function chosenItems(
  parts: { readonly db: Db; readonly items: Pick<ItemDesk, 'locate'> },
  entry: IntegrationEntry,
  { items, run, outcome, parked }: Selection,
): Promise<readonly ChosenItem[]> {
  const given = [items, parked, run ?? outcome].filter((one) => one !== undefined).length;
  if (given !== 1)
    throw new Refusal(
      400,
      'invalid-request',
      'it has to be said which items are meant, in one way',
      'Name them, or give a run, an outcome or a kind of parked items.',
    );
  if (items !== undefined) return named(parts, entry, items);
  const { db } = parts;
  const from =
    parked !== undefined
      ? sql`select side, item_id as id, key from parked where integration_id = ${entry.id}
          ${parked === 'any' ? sql`` : sql`and kind = ${clean(parked)}`}`
      : sql`select distinct on (side, id) origin as side, case origin when 'left' then left_id else right_id end as id,
          case origin when 'left' then left_key else right_key end as key
          from sync where integration_id = ${entry.id}
          ${run === undefined ? sql`and latest` : sql`and run_id = ${clean(run)}`}
          ${outcome === undefined || outcome === 'failed' ? sql`and failed` : sql`and outcome = ${clean(outcome)}`}`;
  const { rows } = await sql<ChosenItem>`${known(entry.id, from)} limit ${MOST + 1}`.execute(db);
  refuseTooMany(rows.length);
  return rows;
}

export function refuseTooMany(count: number, most = MOST): void {
  if (count <= most) return;
  throw new Refusal(
    409,
    'too-many',
    `more than ${most} are meant`,
    'Narrow it down: by a run, a kind of failure, or names; or do it in parts.',
  );
}

async function named(
  { db, items }: { readonly db: Db; readonly items: Pick<ItemDesk, 'locate'> },
  entry: IntegrationEntry,
  names: readonly string[],
): Promise<readonly ChosenItem[]> {
  const found = new Map<string, LocatedItem>();
  const located = await items.locate(names, entry);
  for (const [index, name] of names.entries()) {
    const all = located[index] ?? [];
    const exact = all.filter(({ id, key }) => id === name || key === name);
    const [one, another] = exact.length === 1 ? exact : all;
    if (one === undefined)
      throw new Refusal(
        404,
        'unknown-item',
        `no run of “${entry.configuration.name}” has looked at an item “${name}”`,
        'Give the id, key or address of an item of either side; `lockstep item NAME` tells where one is known.',
      );
    if (another !== undefined)
      throw new Refusal(
        409,
        'ambiguous-item',
        `“${name}” may be ${all.length} different items of “${entry.configuration.name}”`,
        'Give its address, which names one.',
      );
    found.set(`${one.side}:${one.id}`, one);
  }
  const rows = [...found.values()];
  const from = sql`select side, id, key from unnest(${rows.map((it) => it.side)}::text[],
    ${rows.map((it) => clean(it.id))}::text[], ${rows.map((it) => clean(it.key))}::text[]) as given (side, id, key)`;
  return (await sql<ChosenItem>`${known(entry.id, from)}`.execute(db)).rows;
}
