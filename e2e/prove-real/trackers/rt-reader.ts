import { createHash } from 'node:crypto';
import type { Trackers } from '../../../scripts/trackers/state.ts';
import { SYNC_ACCOUNT } from '../state.ts';
import type { Change, Field, FoundComment, FoundFile, FoundItem } from '../state.ts';
import { nameOf, priorityName, timeOf } from './rt-names.ts';
import { sendJson } from './send.ts';

interface Entry {
  readonly id: string;
  readonly ObjectId: string;
  readonly Type: string;
  readonly Field: string;
  readonly OldValue: string;
  readonly NewValue: string;
  readonly Created: string;
  readonly Creator: { readonly id: string };
}
interface Part {
  readonly id: string;
  readonly TransactionId: string;
  readonly Filename: string;
  readonly ContentType: string;
  readonly Content: string;
}
interface Ticket {
  readonly id: string;
  readonly Subject: string;
  readonly Status: string;
  readonly Priority: string;
  readonly Owner: { readonly id: string };
  readonly Creator: { readonly id: string };
  readonly Due: string;
  readonly Created: string;
  readonly LastUpdated: string;
  readonly CustomFields: readonly { readonly id: string; readonly values: readonly string[] }[];
  readonly _hyperlinks: readonly { readonly ref: string; readonly type?: string; readonly _url?: string }[];
}

/** All tickets of a queue as root sees them. */
export async function readRt(server: Trackers['rt'], queue: number): Promise<readonly FoundItem[]> {
  const headers = { authorization: `token ${server.adminToken}` };
  const get = <T>(path: string, query: Record<string, string> = {}): Promise<T> =>
    sendJson<T>(`${server.url}/REST/2.0/${path}?${new URLSearchParams(query)}`, { headers });
  const all = async <T extends { readonly id: string }>(
    path: string,
    queryBehind: (id: number) => string,
    fields: string,
  ): Promise<T[]> => {
    const rows: T[] = [];
    for (;;) {
      const query = queryBehind(Number(rows.at(-1)?.id ?? 0));
      const { items } = await get<{ items: T[] }>(path, {
        query,
        fields,
        orderby: 'id',
        order: 'ASC',
        per_page: '100',
      });
      rows.push(...items);
      if (items.length < 100) return rows;
    }
  };
  const ids = await all<{ id: string }>('tickets', (id) => `Queue = ${queue} AND id > ${id}`, 'Subject');
  const entries = await all<Entry>(
    'transactions',
    (id) => `ObjectType = 'RT::Ticket' AND TicketQueue = ${queue} AND id > ${id}`,
    'ObjectId,Type,Field,OldValue,NewValue,Created,Creator',
  );
  const found: FoundItem[] = [];
  for (const { id } of ids) {
    const ticket = await get<Ticket>(`ticket/${id}`);
    const own = entries.filter((it) => it.ObjectId === id);
    const { items } = await get<{ items: Part[] }>(`ticket/${id}/attachments`, {
      fields: 'TransactionId,Filename,ContentType,Content',
      per_page: '100',
    });
    if (items.length === 100) throw new Error(`ticket ${id} has more messages than one page shows`);
    const files: FoundFile[] = [];
    for (const part of items.filter((it) => it.Filename !== '')) {
      const entry = own.find((it) => it.id === part.TransactionId);
      if (entry === undefined || !isMessage(entry)) continue;
      const { Content } = await get<{ Content: string }>(`attachment/${part.id}`);
      const hash = createHash('sha256').update(Buffer.from(Content, 'base64')).digest('hex');
      files.push({
        id: part.id,
        name: part.Filename,
        hash,
        by: entry.Creator.id,
        private: entry.Type === 'Comment',
      });
    }
    found.push(itemOf(server, ticket, own, items, files));
  }
  return found;
}

function isMessage(entry: Entry): boolean {
  return entry.Type === 'Comment' || entry.Type === 'Correspond' || entry.Type === 'Create';
}

function itemOf(
  server: Trackers['rt'],
  ticket: Ticket,
  entries: readonly Entry[],
  parts: readonly Part[],
  files: readonly FoundFile[],
): FoundItem {
  const { severity, details } = server.customFieldIds;
  const custom = (id: number): string =>
    ticket.CustomFields.find((it) => it.id === String(id))?.values[0] ?? '';
  const textOf = (entry: Entry): string =>
    parts.find((it) => it.TransactionId === entry.id && it.Filename === '' && it.ContentType === 'text/plain')
      ?.Content ?? '';
  const created = entries.find((it) => it.Type === 'Create');
  return {
    // Some of RT's answers hold it as a number.
    id: String(ticket.id),
    url: `${server.url}/Ticket/Display.html?id=${ticket.id}`,
    createdBy: ticket.Creator.id,
    createdAt: Date.parse(ticket.Created),
    updatedAt: ticket.LastUpdated,
    fields: {
      title: ticket.Subject,
      status: ticket.Status,
      priority: priorityName(ticket.Priority),
      assignee: ticket.Owner.id === 'Nobody' ? '' : ticket.Owner.id,
      severity: custom(severity),
      due: timeOf(ticket.Due),
      details: custom(details),
    },
    request: created === undefined ? '' : textOf(created),
    references: ticket._hyperlinks.flatMap((it) =>
      it.ref === 'refers-to' && it.type === 'external' && it._url !== undefined ? [it._url] : [],
    ),
    changes: entries.flatMap((it) => changeOf(it, server)),
    comments: entries.flatMap((it): FoundComment[] => {
      const body = it.Type === 'Comment' || it.Type === 'Correspond' ? textOf(it) : '';
      return body === '' ? [] : [{ id: it.id, body, by: it.Creator.id, private: it.Type === 'Comment' }];
    }),
    files,
    ownEntries: entries.filter((it) => it.Creator.id === SYNC_ACCOUNT).map((it) => it.id),
  };
}

const COLUMNS: Readonly<Record<string, Field>> = {
  Subject: 'title',
  Status: 'status',
  Priority: 'priority',
  Owner: 'assignee',
  Due: 'due',
};

function changeOf(entry: Entry, server: Trackers['rt']): readonly Change[] {
  const { severity, details } = server.customFieldIds;
  const isColumn = entry.Type === 'Set' || entry.Type === 'Status';
  const custom: Record<string, Field> = { [severity]: 'severity', [details]: 'details' };
  const table = isColumn ? COLUMNS : entry.Type === 'CustomField' ? custom : {};
  const field = table[entry.Field];
  if (field === undefined) return [];
  const name = (value: string): string => nameOf(field, value, server);
  const at = Date.parse(entry.Created);
  return [{ field, before: name(entry.OldValue), after: name(entry.NewValue), by: entry.Creator.id, at }];
}
