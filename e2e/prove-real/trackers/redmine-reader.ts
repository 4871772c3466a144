import { createHash } from 'node:crypto';
import type { Trackers } from '../../../scripts/trackers/state.ts';
import { SYNC_ACCOUNT } from '../state.ts';
import type { Change, Field, FoundComment, FoundFile, FoundItem } from '../state.ts';
import { nameOf } from './redmine-names.ts';
import type { RedmineNames } from './redmine-names.ts';
import { send, sendJson } from './send.ts';

interface Named {
  readonly id: number;
}
interface Journal {
  readonly id: number;
  readonly user: Named;
  readonly notes: string | null;
  readonly created_on: string;
  readonly private_notes: boolean;
  readonly details: readonly {
    readonly property: string;
    readonly name: string;
    readonly old_value: string | null;
    readonly new_value: string | null;
  }[];
}
interface Issue {
  readonly id: number;
  readonly author: Named;
  readonly status: Named;
  readonly priority: Named;
  readonly assigned_to?: Named;
  readonly subject: string;
  readonly description: string | null;
  readonly due_date: string | null;
  readonly created_on: string;
  readonly updated_on: string;
  readonly custom_fields: readonly { readonly id: number; readonly value: string | null }[];
  readonly attachments: readonly {
    readonly id: number;
    readonly filename: string;
    readonly content_url: string;
    readonly author: Named;
  }[];
  readonly journals: readonly Journal[];
}

/** All issues of a project as the administrator sees them, one by one: lists hold no history. */
export async function readRedmine(
  server: Trackers['redmine'],
  project: string,
  names: RedmineNames,
): Promise<readonly FoundItem[]> {
  const headers = { 'x-redmine-api-key': server.adminApiKey };
  const get = <T>(path: string): Promise<T> => sendJson<T>(`${server.url}/${path}`, { headers });
  const ids: number[] = [];
  for (let offset = 0; ; offset += 100) {
    const query = `project_id=${project}&status_id=*&sort=id&limit=100&offset=${offset}`;
    const { issues } = await get<{ issues: Named[] }>(`issues.json?${query}`);
    ids.push(...issues.map((it) => it.id));
    if (issues.length < 100) break;
  }
  const found: FoundItem[] = [];
  for (const id of ids) {
    const { issue } = await get<{ issue: Issue }>(`issues/${id}.json?include=journals,attachments`);
    const files: FoundFile[] = [];
    for (const file of issue.attachments) {
      const answer = await send(
        `${server.url}/attachments/download/${file.id}/${encodeURIComponent(file.filename)}`,
        { headers },
      );
      const hash = createHash('sha256')
        .update(Buffer.from(await answer.arrayBuffer()))
        .digest('hex');
      const by = names.people.get(String(file.author.id)) ?? '';
      files.push({ id: String(file.id), name: file.filename, hash, by, private: false });
    }
    found.push(itemOf(issue, files, server, names));
  }
  return found;
}

function itemOf(
  issue: Issue,
  files: readonly FoundFile[],
  server: Trackers['redmine'],
  names: RedmineNames,
): FoundItem {
  const { severity, reference, request } = server.customFieldIds;
  const login = (it: Named | undefined): string => names.people.get(String(it?.id)) ?? '';
  const custom = (id: number): string => issue.custom_fields.find((it) => it.id === id)?.value ?? '';
  const journals = issue.journals.toSorted((a, b) => a.id - b.id);
  return {
    id: String(issue.id),
    url: `${server.url}/issues/${issue.id}`,
    createdBy: login(issue.author),
    createdAt: Date.parse(issue.created_on),
    updatedAt: issue.updated_on,
    fields: {
      title: issue.subject,
      status: names.statuses.get(String(issue.status.id)) ?? '',
      priority: names.priorities.get(String(issue.priority.id)) ?? '',
      assignee: login(issue.assigned_to),
      severity: custom(severity),
      due: issue.due_date ?? '',
      details: issue.description ?? '',
    },
    request: custom(request),
    references: [custom(reference)].filter((it) => it !== ''),
    changes: journals.flatMap((it) => changesOf(it, severity, login(it.user), names)),
    comments: journals.flatMap((it): FoundComment[] => {
      const body = it.notes ?? '';
      const { private_notes } = it;
      return body === '' ? [] : [{ id: String(it.id), body, by: login(it.user), private: private_notes }];
    }),
    files,
    ownEntries: journals.filter((it) => login(it.user) === SYNC_ACCOUNT).map((it) => String(it.id)),
  };
}

const ATTRIBUTES: Readonly<Record<string, Field>> = {
  subject: 'title',
  status_id: 'status',
  priority_id: 'priority',
  assigned_to_id: 'assignee',
  due_date: 'due',
  description: 'details',
};

function changesOf(journal: Journal, severity: number, by: string, names: RedmineNames): readonly Change[] {
  return journal.details.flatMap((detail): Change[] => {
    const isSeverity = detail.property === 'cf' && detail.name === String(severity);
    const field = isSeverity ? 'severity' : detail.property === 'attr' ? ATTRIBUTES[detail.name] : undefined;
    if (field === undefined) return [];
    const before = nameOf(field, detail.old_value ?? '', names);
    const after = nameOf(field, detail.new_value ?? '', names);
    return [{ field, before, after, by, at: Date.parse(journal.created_on) }];
  });
}
