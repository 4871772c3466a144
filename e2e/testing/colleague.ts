import { randomBytes } from 'node:crypto';
import { send, sendJson } from '../prove-real/trackers/send.ts';
import type { Stage } from './stage.ts';

export interface Colleague {
  assignIssue(id: string): Promise<void>;
  assignTicket(id: string): Promise<void>;
  isAssigned(ids: {
    readonly issue: string;
    readonly ticket: string;
  }): Promise<{ issue: boolean; ticket: boolean }>;
}

/** Somebody with another login in each tracker and one e-mail address in both. */
export async function openColleague(stage: Stage, name: string): Promise<Colleague> {
  const { redmine, rt } = stage.trackers;
  const unique = randomBytes(3).toString('hex');
  const email = `${name}.${unique}@example.test`;
  const admin = { 'x-redmine-api-key': redmine.adminApiKey };
  const root = { authorization: `token ${rt.adminToken}` };
  const login = `${name}-${unique}`;
  const { user } = await sendJson<{ user: { id: number } }>(`${redmine.url}/users.json`, {
    method: 'POST',
    headers: admin,
    json: {
      user: {
        login,
        firstname: name,
        lastname: `In Redmine ${unique}`,
        mail: email,
        password: randomBytes(12).toString('hex'),
      },
    },
  });
  await send(`${redmine.url}/projects/${stage.project.identifier}/memberships.json`, {
    method: 'POST',
    headers: admin,
    json: { membership: { user_id: user.id, role_ids: [redmine.roles.developer] } },
  });
  const account = `${unique}.${name}`;
  await send(`${rt.url}/REST/2.0/user`, {
    method: 'POST',
    headers: root,
    json: { Name: account, RealName: `Somebody ${unique}`, EmailAddress: email, Privileged: 1 },
  });
  // Asked for, the id is the number that groups want; else it is the login.
  const idOf = async (kind: 'users' | 'groups', named: string): Promise<string> => {
    const query = JSON.stringify([{ field: 'Name', value: named }]);
    const { items } = await sendJson<{ items: { id: string | number }[] }>(
      `${rt.url}/REST/2.0/${kind}?${new URLSearchParams({ query, fields: 'id' })}`,
      { headers: root },
    );
    if (items[0] === undefined) throw new Error(`Request Tracker has none of the ${kind} named ${named}`);
    return String(items[0].id);
  };
  const group = await idOf('groups', 'Support desk');
  await send(`${rt.url}/REST/2.0/group/${group}/members`, {
    method: 'PUT',
    headers: root,
    json: [await idOf('users', account)],
  });
  return {
    assignIssue: async (id) => {
      await send(`${redmine.url}/issues/${id}.json`, {
        method: 'PUT',
        headers: admin,
        json: { issue: { assigned_to_id: user.id } },
      });
    },
    assignTicket: async (id) => {
      await send(`${rt.url}/REST/2.0/ticket/${id}`, {
        method: 'PUT',
        headers: root,
        json: { Owner: account },
      });
    },
    isAssigned: async ({ issue, ticket }) => {
      const here = await sendJson<{ issue: { assigned_to?: { id: number } } }>(
        `${redmine.url}/issues/${issue}.json`,
        { headers: admin },
      );
      const there = await sendJson<{ Owner: { id: string } }>(`${rt.url}/REST/2.0/ticket/${ticket}`, {
        headers: root,
      });
      return { issue: here.issue.assigned_to?.id === user.id, ticket: there.Owner.id === account };
    },
  };
}
