import { ConnectorError, readBack } from '@lockstep/sdk';
import type { Attachment, AttachmentDraft, Attachments } from '@lockstep/sdk';
import { transactionOf } from './comments.ts';
import { requiredInstant, visibilityOf } from './convert.ts';
import { anyOf, readTransactions } from './reading.ts';
import { PAGE } from './session.ts';
import type { Session } from './session.ts';
import { contentOf, fileMessage } from './files.ts';
import { attachmentFilePage, idPage, messages } from './wire.ts';
import type { AttachmentFile } from './wire.ts';

/** RT's default; a larger one may be set there, but not asked for over REST. */
const MAX_SIZE = 10 * 1024 * 1024;
const MESSAGES = new Set(['Create', 'Comment', 'Correspond']);

export function createAttachments(session: Session): Attachments {
  async function files(path: string, signal: AbortSignal): Promise<readonly AttachmentFile[]> {
    const found: AttachmentFile[] = [];
    for (let after = '0'; ;) {
      const query = [
        { field: 'Filename', operator: 'IS NOT', value: 'NULL' },
        { field: 'id', operator: '>', value: Number(after) },
      ];
      const { data } = await session.http.json(
        {
          path,
          query: {
            query: JSON.stringify(query),
            orderby: 'id',
            order: 'ASC',
            fields: 'TransactionId,Filename,ContentType,ContentLength,Created,Creator',
            per_page: PAGE,
          },
          signal,
        },
        attachmentFilePage,
      );
      found.push(...data.items.filter((row) => row.Filename !== ''));
      const last = data.items.at(-1);
      if (last === undefined || data.items.length < PAGE) return found;
      after = last.id;
    }
  }
  /** With what is known of their messages; the copies in RT's records of outgoing mail are left out. */
  async function complete(
    rows: readonly AttachmentFile[],
    signal: AbortSignal,
  ): Promise<readonly Attachment[]> {
    const transactions = [...new Set(rows.map((row) => row.TransactionId))];
    const types = new Map<string, string>();
    for (let at = 0; at < transactions.length; at += PAGE) {
      const query = `ObjectType = 'RT::Ticket' AND ${anyOf('id', transactions.slice(at, at + PAGE))}`;
      for (const row of await readTransactions(session, query, 'ASC', signal)) types.set(row.id, row.Type);
    }
    return rows
      .filter((row) => MESSAGES.has(types.get(row.TransactionId) ?? ''))
      .map((row) => toAttachment(row, types.get(row.TransactionId)));
  }
  return {
    maxSize: MAX_SIZE,
    list: async (id, signal) => complete(await files(`ticket/${Number(id)}/attachments`, signal), signal),
    async read(_id, attachmentId, signal) {
      const number = Number(attachmentId);
      try {
        const { data } = await session.http.stream({ path: `attachment/${number}`, signal });
        return contentOf(data);
      } catch (error) {
        // RT answers 500, not 404, where there is none.
        if (!(error instanceof ConnectorError) || error.details.status !== 500) throw error;
        const query = JSON.stringify([{ field: 'id', value: number }]);
        const { data } = await session.http.json({ path: 'attachments', query: { query }, signal }, idPage);
        if (data.items.length > 0) throw error;
        const text = `Request Tracker: there is no file ${number}, or the account may not see it`;
        throw new ConnectorError('gone', text, { status: 500, cause: error });
      }
    },
    async create(id, draft, signal) {
      refuse(draft);
      const message = fileMessage(draft);
      const { headers } = await session.http.json(
        {
          method: 'POST',
          path: `ticket/${Number(id)}/comment`,
          headers: { 'content-type': 'application/json', 'content-length': String(message.length) },
          body: message.body,
          signal,
        },
        messages,
      );
      const transactionId = transactionOf(headers);
      const [made] = await readBack(`the file ${draft.name} on ticket ${id}`, async () =>
        complete(await files(`transaction/${transactionId}/attachments`, signal), signal),
      );
      if (made !== undefined) return made;
      throw new ConnectorError(
        'rejected',
        `Request Tracker did not keep the file "${draft.name}" on ticket ${id}`,
        {
          remedy:
            'See whether RT drops long attachments (MaxAttachmentSize, DropLongAttachments), and give the account ShowTicketComments.',
        },
      );
    },
  };
}

function refuse(draft: AttachmentDraft): void {
  if (draft.size > MAX_SIZE) {
    throw new ConnectorError(
      'rejected',
      `Request Tracker: the file "${draft.name}" is larger than ${MAX_SIZE} bytes`,
    );
  }
  if (draft.size === 0)
    throw new ConnectorError('rejected', `Request Tracker takes no empty files; "${draft.name}" is empty`);
}

function toAttachment(row: AttachmentFile, type: string | undefined): Attachment {
  return {
    id: row.id,
    name: row.Filename,
    size: Number(row.ContentLength),
    ...(row.ContentType === '' ? {} : { contentType: row.ContentType }),
    author: { id: row.Creator.id },
    createdAt: requiredInstant(row.Created),
    visibility: visibilityOf(type),
  };
}
