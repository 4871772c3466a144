import type { RecordedExchange } from '@lockstep/sdk';
import { sql } from 'kysely';
import type { Db } from '../store/database.ts';
import { veil } from './redact.ts';
import type { Subject } from './subject.ts';

/** The newest. */
const MOST = 500;

/** The captured requests of a run or an item; what they say of items only with `withValues`. */
export async function capturedOf(
  db: Db,
  connections: readonly string[],
  subject: Subject,
  withValues: boolean,
): Promise<unknown> {
  const where =
    'run' in subject
      ? sql`run_id = ${subject.run.id}`
      : sql`((side = 'left' and item_id = ${subject.item.left ?? null})
          or (side = 'right' and item_id = ${subject.item.right ?? null}))`;
  const { rows } = await sql<{ exchange: RecordedExchange; url: string }>`
    select id, connection_id as connection, run_id as run, side, item_id as item, at, milliseconds, exchange
    from captured_request where connection_id = any(${connections}::text[]) and ${where}
    order by id desc limit ${MOST}`.execute(db);
  return withValues ? rows : rows.map(({ exchange, ...rest }) => ({ ...rest, exchange: veiled(exchange) }));
}

function veiled({ url, request, answer, ...rest }: RecordedExchange): unknown {
  const [path = '', query] = url.split('?');
  const part = ({ headers, body }: RecordedExchange['request']) => ({ headers, body: veil(body) });
  return {
    ...rest,
    url: query === undefined ? path : `${path}?${String(veil(query))}`,
    request: part(request),
    answer: part(answer),
  };
}
