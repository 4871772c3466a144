import { randomBytes } from 'node:crypto';
import { realTrackers } from './state.ts';

export interface RedmineProject {
  readonly id: number;
  readonly identifier: string;
  readonly categoryId: number;
  readonly versionId: number;
}

/** A private project of its own, with all trackers and fields, one category, one version, and everybody as a member. */
export async function createProject(name: string): Promise<RedmineProject> {
  const { redmine } = await realTrackers();
  const post = async (path: string, body: unknown): Promise<unknown> =>
    send(`${redmine.url}${path}`, { 'x-redmine-api-key': redmine.adminApiKey }, body);
  const identifier = `t-${slug(name)}-${randomBytes(3).toString('hex')}`;
  const project = (await post('/projects.json', {
    project: {
      name: `${name} ${identifier.slice(-6)}`,
      identifier,
      is_public: false,
      enabled_module_names: ['issue_tracking'],
    },
  })) as { project: { id: number } };
  const members: readonly (readonly [string, number])[] = [
    ['alice', redmine.roles.developer],
    ['bob', redmine.roles.developer],
    ['carol', redmine.roles.developer],
    ['lockstep', redmine.roles.manager],
  ];
  for (const [login, role] of members) {
    const userId = redmine.users[login]?.id;
    await post(`/projects/${identifier}/memberships.json`, {
      membership: { user_id: userId, role_ids: [role] },
    });
  }
  const category = (await post(`/projects/${identifier}/issue_categories.json`, {
    issue_category: { name: 'Hardware' },
  })) as { issue_category: { id: number } };
  const version = (await post(`/projects/${identifier}/versions.json`, { version: { name: '1.0' } })) as {
    version: { id: number };
  };
  return {
    id: project.project.id,
    identifier,
    categoryId: category.issue_category.id,
    versionId: version.version.id,
  };
}

/** A queue of its own; rights and custom fields are global, so it has them all. */
export async function createQueue(name: string): Promise<{ readonly id: number; readonly name: string }> {
  const { rt } = await realTrackers();
  const unique = `${name} ${randomBytes(3).toString('hex')}`;
  const made = (await send(
    `${rt.url}/REST/2.0/queue`,
    { authorization: `token ${rt.adminToken}` },
    { Name: unique },
  )) as {
    id?: number | string;
  };
  const id = Number(made.id);
  if (!Number.isInteger(id))
    throw new Error(`Request Tracker made no queue "${unique}": ${JSON.stringify(made)}`);
  return { id, name: unique };
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
}

async function send(url: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`POST ${url} answered ${answer.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
