import type { RecoveryBody } from '@lockstep/api';
import type { Conflict, Resolution } from '@lockstep/engine';
import { sql } from 'kysely';
import { Refusal } from '../integrations/refusal.ts';
import type { Db } from '../store/database.ts';
import { clean } from '../store/text.ts';
import { refuseTooMany } from './chosen-items.ts';

type ResolveBody = Extract<RecoveryBody, { action: 'resolve' }>;

/** Conflicts that one request may resolve; each holds the values of both sides. */
const MOST_CONFLICTS = 2_000;

/** The conflicts that are meant, those named or all open ones, unresolved and with their pair still followed. */
export async function chosenConflicts(
  db: Db,
  integrationId: string,
  { conflicts, field }: Pick<ResolveBody, 'conflicts' | 'field'>,
): Promise<readonly Conflict[]> {
  const { rows } = await sql<{ record: Conflict; isOver: boolean }>`
    select record, resolved_at is not null or pair.id is null as "isOver"
    from conflict left join pair on pair.integration_id = conflict.integration_id and pair.id = pair_id
      and pair.state = 'active'
    where conflict.integration_id = ${integrationId}
      ${
        conflicts === undefined
          ? sql`and outcome = 'open' and resolved_at is null and pair.id is not null`
          : sql`and conflict.id = any(${conflicts.map(clean)}::text[])`
      }
    order by sequence desc limit ${MOST_CONFLICTS + 1}`.execute(db);
  refuseTooMany(rows.length, MOST_CONFLICTS);
  const missing = conflicts?.find((id) => !rows.some(({ record }) => record.id === id));
  if (missing !== undefined)
    throw new Refusal(
      404,
      'unknown-conflict',
      `there is no conflict “${missing}”`,
      '`lockstep conflicts` lists them with their ids.',
    );
  const over = rows.find(({ isOver }) => isOver);
  if (over !== undefined)
    throw new Refusal(
      409,
      'conflict-over',
      `conflict “${over.record.id}” is over: it was resolved, or its items are not linked any more`,
      'Edit the item in its tracker if its value is to be another.',
    );
  return rows
    .map(({ record }) => record)
    .filter((one) => field === undefined || one.field.left === field || one.field.right === field);
}

export function choiceOf({ choice, value }: Pick<ResolveBody, 'choice' | 'value'>): Resolution {
  if ((choice === undefined) === (value === undefined))
    throw new Refusal(
      400,
      'invalid-request',
      'it has to be said how the conflict is to end, in one way',
      'Give `choice` (left, right or newest) or `value`.',
    );
  return choice ?? (value as NonNullable<typeof value>);
}
