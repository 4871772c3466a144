import type { Trackers } from '../../../scripts/trackers/state.ts';
import type { Desk, NewFile, Person, Values } from './desk.ts';
import type { RedmineNames } from './redmine-names.ts';
import { readRedmine } from './redmine-reader.ts';
import { Refused, send, sendJson } from './send.ts';

interface Named {
  readonly id: number;
  readonly name: string;
}

export async function openRedmine(
  server: Trackers['redmine'],
  project: { readonly id: number; readonly identifier: string },
): Promise<Desk & { readonly names: RedmineNames }> {
  const key = (person: string): Record<string, string> => ({
    'x-redmine-api-key': server.users[person]?.apiKey ?? '',
  });
  const lists = async (path: string, name: string): Promise<Map<string, string>> => {
    const data = await sendJson<Record<string, Named[]>>(`${server.url}/${path}`, { headers: key('alice') });
    return new Map((data[name] ?? []).map((it) => [String(it.id), it.name]));
  };
  const names: RedmineNames = {
    statuses: await lists('issue_statuses.json', 'issue_statuses'),
    priorities: await lists('enumerations/issue_priorities.json', 'issue_priorities'),
    people: new Map(Object.entries(server.users).map(([login, { id }]) => [String(id), login])),
  };
  const change = async (person: Person, id: string, issue: Record<string, unknown>): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await send(`${server.url}/issues/${id}.json`, {
          method: 'PUT',
          headers: key(person),
          json: { issue },
        });
        return;
      } catch (error) {
        // Somebody saved the issue at the same moment: nothing was stored.
        const collided = error instanceof Refused && error.status === 422;
        if (!collided || attempt === 4) throw error;
      }
    }
  };
  const body = (values: Values): Record<string, unknown> =>
    bodyOf(values, names, server.customFieldIds.severity);
  return {
    names,
    async create(person, values, request) {
      const issue = { project_id: project.id, tracker_id: 1, ...body({ ...values, details: request }) };
      const made = await sendJson<{ issue: { id: number } }>(`${server.url}/issues.json`, {
        method: 'POST',
        headers: key(person),
        json: { issue },
      });
      return String(made.issue.id);
    },
    edit: (person, id, values) => change(person, id, body(values)),
    async rewrite(person, id, edit) {
      const { issue } = await sendJson<{ issue: { description: string | null } }>(
        `${server.url}/issues/${id}.json`,
        { headers: key(person) },
      );
      await change(person, id, { description: edit((issue.description ?? '').replaceAll('\r\n', '\n')) });
    },
    comment: (person, id, text, isPrivate) => change(person, id, { notes: text, private_notes: isPrivate }),
    async attach(person, id, file: NewFile, isPrivate) {
      const { upload } = await sendJson<{ upload: { token: string } }>(
        `${server.url}/uploads.json?filename=${encodeURIComponent(file.name)}`,
        { method: 'POST', headers: key(person), bytes: file.content },
      );
      const content_type = 'application/octet-stream';
      const uploads = [{ token: upload.token, filename: file.name, content_type }];
      await change(person, id, {
        uploads,
        ...(isPrivate ? { notes: 'See the file.', private_notes: true } : {}),
      });
    },
    async find(token) {
      const query = new URLSearchParams({
        project_id: project.identifier,
        status_id: '*',
        subject: `~${token}`,
      });
      const { issues } = await sendJson<{ issues: { id: number; subject: string }[] }>(
        `${server.url}/issues.json?${query}`,
        { headers: key('alice') },
      );
      return issues.filter((it) => it.subject.includes(`[${token}]`)).map((it) => String(it.id));
    },
    read: () => readRedmine(server, project.identifier, names),
  };
}

function bodyOf(values: Values, names: RedmineNames, severity: number): Record<string, unknown> {
  const idOf = (table: ReadonlyMap<string, string>, name: string): string => {
    const found = [...table].find(([, title]) => title === name)?.[0];
    if (found === undefined && name !== '') throw new Error(`Redmine has no “${name}”`);
    return found ?? '';
  };
  const { title, status, priority, assignee, due, details } = values;
  return {
    ...(title === undefined ? {} : { subject: title }),
    ...(status === undefined ? {} : { status_id: idOf(names.statuses, status) }),
    ...(priority === undefined ? {} : { priority_id: idOf(names.priorities, priority) }),
    ...(assignee === undefined ? {} : { assigned_to_id: idOf(names.people, assignee) }),
    ...(due === undefined ? {} : { due_date: due }),
    ...(details === undefined ? {} : { description: details }),
    ...(values.severity === undefined ? {} : { custom_fields: [{ id: severity, value: values.severity }] }),
  };
}
