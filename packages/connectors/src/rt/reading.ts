import { ConnectorError } from '@lockstep/sdk';
import type { Item } from '@lockstep/sdk';
import { TICKET_FIELDS, bodyOf, toItem } from './convert.ts';
import { PAGE } from './session.ts';
import type { Session } from './session.ts';
import { attachmentTextPage, ticket, ticketPage, transactionPage } from './wire.ts';
import type { AttachmentText, Transaction } from './wire.ts';

const ROUNDS = 5;

interface Histories {
  /** Per ticket the last transaction that the account can see: what RT's ETag is. */
  readonly last: ReadonlyMap<string, string>;
  /** Per ticket the transaction that made it. */
  readonly made: ReadonlyMap<string, string>;
}

/** At most a page of tickets of the queue, complete. What is deleted, merged away, moved or hidden is absent. */
export async function readItems(
  session: Session,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Item[]> {
  if (ids.length === 0) return [];
  const model = await session.model(signal);
  // First versions, then fields: a change in between leaves an older version than content, and is read again.
  const histories = await readHistories(session, ids, signal);
  const { data } = await session.http.json(
    {
      path: 'tickets?orderby=LastUpdated&order=ASC&orderby=id&order=ASC',
      query: {
        query: `Queue = ${model.queueId} AND ${anyOf('id', ids)}`,
        fields: TICKET_FIELDS,
        per_page: PAGE,
      },
      signal,
    },
    ticketPage,
  );
  const present = data.items.map((row) => row.id);
  const descriptions = await readDescriptions(session, present, histories.made, signal);
  return data.items.map((row) =>
    toItem(row, histories.last.get(row.id) ?? row.LastUpdated, descriptions.get(row.id), model),
  );
}

/** A ticket as it stands, with what happened to it lately. */
export interface TicketRead {
  readonly item: Item;
  /** What was entered into its history behind the version, oldest first. */
  readonly since: readonly Transaction[];
}

/** One ticket as it stands, deleted or not, with the ETag as its version. */
export async function readTicket(
  session: Session,
  id: string,
  signal: AbortSignal,
  version?: string,
): Promise<TicketRead> {
  const model = await session.model(signal);
  const { data, headers } = await session.http.json({ path: `ticket/${id}`, signal }, ticket);
  if (data.id !== id) {
    throw new ConnectorError('gone', `Request Tracker: ticket ${id} was merged into ticket ${data.id}`);
  }
  const behind = version !== undefined && /^\d+$/.test(version) ? ` OR id > ${version}` : '';
  const query = `ObjectType = 'RT::Ticket' AND ObjectId = ${id} AND (Type = 'Create'${behind})`;
  const rows = await readTransactions(session, query, 'ASC', signal);
  const made = rows.find((row) => row.Type === 'Create');
  const texts = made === undefined ? undefined : (await readTexts(session, [made.id], signal)).get(made.id);
  const etag = headers.get('etag')?.replaceAll(/^(W\/)?"|"$/g, '');
  return {
    item: toItem(data, etag ?? data.LastUpdated, bodyOf(texts ?? []), model),
    since: rows.filter((row) => row.Type !== 'Create'),
  };
}

async function readHistories(
  session: Session,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Histories> {
  const last = new Map<string, string>();
  const made = new Map<string, string>();
  let before = '';
  for (let round = 0; round < ROUNDS && last.size < ids.length; round += 1) {
    const query = `ObjectType = 'RT::Ticket'${before} AND ${anyOf('ObjectId', ids)}`;
    const rows = await readTransactions(session, query, 'DESC', signal);
    for (const row of rows) {
      if (!last.has(row.ObjectId)) last.set(row.ObjectId, row.id);
      if (row.Type === 'Create') made.set(row.ObjectId, row.id);
    }
    const oldest = rows.at(-1);
    // Nothing is left: the others are gone, or have no history that the account can see.
    if (oldest === undefined) return { last, made };
    before = ` AND id < ${oldest.id}`;
  }
  // Tickets with so long a history behind busier ones that asking each is cheaper.
  for (const id of ids.filter((one) => !last.has(one))) {
    const rows = await readTransactions(
      session,
      `ObjectType = 'RT::Ticket' AND ObjectId = ${id}`,
      'DESC',
      signal,
      1,
    );
    if (rows[0] !== undefined) last.set(id, rows[0].id);
  }
  return { last, made };
}

export async function readTransactions(
  session: Session,
  query: string,
  order: 'ASC' | 'DESC',
  signal: AbortSignal,
  count: number = PAGE,
): Promise<readonly Transaction[]> {
  const { data } = await session.http.json(
    {
      path: 'transactions',
      query: {
        query,
        orderby: 'id',
        order,
        fields: 'ObjectId,Type,Field,OldValue,Created,Creator',
        per_page: count,
      },
      signal,
    },
    transactionPage,
  );
  return data.items;
}

async function readDescriptions(
  session: Session,
  ids: readonly string[],
  made: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const creations = new Map(
    [...made].filter(([ticketId]) => ids.includes(ticketId)).map(([ticketId, id]) => [id, ticketId]),
  );
  const missing = ids.filter((id) => !made.has(id));
  if (missing.length > 0) {
    const query = `ObjectType = 'RT::Ticket' AND Type = 'Create' AND ${anyOf('ObjectId', missing)}`;
    for (const row of await readTransactions(session, query, 'ASC', signal))
      creations.set(row.id, row.ObjectId);
  }
  const texts = await readTexts(session, [...creations.keys()], signal);
  const found = new Map<string, string>();
  for (const [transactionId, ticketId] of creations) {
    const body = bodyOf(texts.get(transactionId) ?? []);
    if (body !== undefined) found.set(ticketId, body);
  }
  return found;
}

/** The text parts of transactions, files among them; by transaction. */
export async function readTexts(
  session: Session,
  transactionIds: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly AttachmentText[]>> {
  const found = new Map<string, AttachmentText[]>();
  if (transactionIds.length === 0) return found;
  let after = '0';
  for (;;) {
    const query = [
      { field: 'TransactionId', operator: 'IN', value: transactionIds.map(Number) },
      // Files have a name; their content would come along.
      { field: 'Filename', operator: 'IS', value: 'NULL' },
      { field: 'ContentType', operator: 'STARTSWITH', value: 'text/' },
      { field: 'id', operator: '>', value: Number(after) },
    ];
    const { data } = await session.http.json(
      {
        path: 'attachments',
        query: {
          query: JSON.stringify(query),
          orderby: 'id',
          order: 'ASC',
          fields: 'TransactionId,Filename,ContentType,Content',
          per_page: PAGE,
        },
        signal,
      },
      attachmentTextPage,
    );
    for (const row of data.items)
      found.set(row.TransactionId, [...(found.get(row.TransactionId) ?? []), row]);
    const newest = data.items.at(-1);
    if (newest === undefined || data.items.length < PAGE) return found;
    after = newest.id;
  }
}

export function anyOf(field: string, ids: readonly string[]): string {
  return `(${ids.map((id) => `${field} = ${Number(id)}`).join(' OR ')})`;
}
