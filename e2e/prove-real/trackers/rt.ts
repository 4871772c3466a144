import type { Trackers } from '../../../scripts/trackers/state.ts';
import type { Desk, Person, Values } from './desk.ts';
import { PRIORITY_NUMBERS } from './rt-names.ts';
import { readRt } from './rt-reader.ts';
import { Refused, sendJson } from './send.ts';
import { PRIORITIES } from '../meaning.ts';

export function openRt(server: Trackers['rt'], queue: { readonly id: number; readonly name: string }): Desk {
  const base = `${server.url}/REST/2.0`;
  const token = (person: string): Record<string, string> => ({
    authorization: `token ${server.users[person]?.token ?? ''}`,
  });
  const { severity, details } = server.customFieldIds;
  const body = (values: Values): Record<string, unknown> => bodyOf(values, { severity, details });
  /** RT answers 200 to a refusal; what it did not store, the history will not show either. */
  const change = async (person: Person, id: string, json: unknown, etag?: string): Promise<void> => {
    const headers = { ...token(person), ...(etag === undefined ? {} : { 'if-match': etag }) };
    await sendJson(`${base}/ticket/${id}`, { method: 'PUT', headers, json });
  };
  const write = async (
    person: Person,
    id: string,
    way: 'comment' | 'correspond',
    json: unknown,
  ): Promise<void> => {
    await sendJson(`${base}/ticket/${id}/${way}`, { method: 'POST', headers: token(person), json });
  };
  return {
    async create(person, values, request) {
      const json = { Queue: queue.id, ...body(values), Content: request, ContentType: 'text/plain' };
      const made = await sendJson<{ id: string }>(`${base}/ticket`, {
        method: 'POST',
        headers: token(person),
        json,
      });
      return String(made.id);
    },
    edit: (person, id, values) => change(person, id, body(values)),
    async rewrite(person, id, edit) {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await fetch(`${base}/ticket/${id}`, { headers: token(person) });
        const ticket = (await answer.json()) as { CustomFields: { id: string; values: string[] }[] };
        const text = ticket.CustomFields.find((it) => it.id === String(details))?.values[0] ?? '';
        try {
          const json = body({ details: edit(text.replaceAll('\r\n', '\n')) });
          return await change(person, id, json, answer.headers.get('etag') ?? '');
        } catch (error) {
          if (!(error instanceof Refused) || error.status !== 412 || attempt === 4) throw error;
        }
      }
    },
    comment: (person, id, text, isPrivate) =>
      write(person, id, isPrivate ? 'comment' : 'correspond', { Content: text, ContentType: 'text/plain' }),
    attach: (person, id, file, isPrivate) =>
      write(person, id, isPrivate ? 'comment' : 'correspond', {
        Attachments: [
          {
            FileName: file.name,
            FileType: 'application/octet-stream',
            FileContent: Buffer.from(file.content).toString('base64'),
          },
        ],
      }),
    async find(mark) {
      const query = `Queue = ${queue.id} AND Subject LIKE '${mark}'`;
      const { items } = await sendJson<{ items: { id: string; Subject: string }[] }>(
        `${base}/tickets?${new URLSearchParams({ query, fields: 'Subject' })}`,
        { headers: token('alice') },
      );
      return items.filter((it) => it.Subject.includes(`[${mark}]`)).map((it) => it.id);
    },
    read: () => readRt(server, queue.id),
  };
}

function bodyOf(
  values: Values,
  ids: { readonly severity: number; readonly details: number },
): Record<string, unknown> {
  const { title, status, priority, assignee, due, details, severity } = values;
  const custom = {
    ...(severity === undefined ? {} : { [ids.severity]: severity === '' ? null : severity }),
    ...(details === undefined ? {} : { [ids.details]: details }),
  };
  const number = PRIORITY_NUMBERS[priority ?? PRIORITIES[0][1]];
  return {
    ...(title === undefined ? {} : { Subject: title }),
    ...(status === undefined ? {} : { Status: status }),
    ...(priority === undefined ? {} : { Priority: number }),
    ...(assignee === undefined ? {} : { Owner: assignee === '' ? 'Nobody' : assignee }),
    ...(due === undefined ? {} : { Due: due }),
    ...(Object.keys(custom).length === 0 ? {} : { CustomFields: custom }),
  };
}
