import { ConnectorError, readBack } from '@lockstep/sdk';
import type { Comment, Comments } from '@lockstep/sdk';
import { bodyOf, toComment } from './convert.ts';
import { readTexts, readTransactions } from './reading.ts';
import { PAGE } from './session.ts';
import type { Session } from './session.ts';
import { messages } from './wire.ts';

export function createComments(session: Session): Comments {
  async function read(query: string, signal: AbortSignal): Promise<readonly Comment[]> {
    const found: Comment[] = [];
    for (let after = '0'; ;) {
      const rows = await readTransactions(session, `${query} AND id > ${after}`, 'ASC', signal);
      const texts = await readTexts(
        session,
        rows.map((row) => row.id),
        signal,
      );
      for (const row of rows) {
        const body = bodyOf(texts.get(row.id) ?? []);
        // Without a text it only brought a file.
        if (body !== undefined && body.trim() !== '') found.push(toComment(row, body));
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return found;
      after = last.id;
    }
  }
  return {
    private: true,
    list: (id, signal) =>
      read(
        `ObjectType = 'RT::Ticket' AND ObjectId = ${Number(id)} AND (Type = 'Comment' OR Type = 'Correspond')`,
        signal,
      ),
    async create(id, draft, signal) {
      const content = draft.body.replaceAll(/\r\n?/g, '\n');
      if (content.trim() === '')
        throw new ConnectorError('rejected', 'Request Tracker: a comment needs a text');
      const { headers } = await session.http.json(
        {
          method: 'POST',
          path: `ticket/${id}/${draft.visibility === 'private' ? 'comment' : 'correspond'}`,
          json: { Content: content, ContentType: 'text/plain' },
          signal,
        },
        messages,
      );
      const transactionId = transactionOf(headers);
      return readBack(`comment ${transactionId} on ticket ${id}`, async () => {
        const [comment] = await read(`ObjectType = 'RT::Ticket' AND id = ${transactionId}`, signal);
        if (comment !== undefined) return comment;
        throw new ConnectorError(
          'forbidden',
          `Request Tracker: the account cannot read its own comment ${transactionId} on ticket ${id}`,
          {
            remedy: 'Give the account of the token the right ShowTicketComments on the queue.',
          },
        );
      });
    },
  };
}

/** A new message's transaction, as the answer's Location names it. */
export function transactionOf(headers: Headers): string {
  const id = /\/transaction\/(\d+)$/.exec(headers.get('location') ?? '')?.[1];
  if (id === undefined)
    throw new ConnectorError('ambiguous', 'Request Tracker did not tell the number of the new message');
  return id;
}
