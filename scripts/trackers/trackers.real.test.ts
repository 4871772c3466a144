import { describe, expect, it } from 'vitest';
import { createProject, createQueue } from './projects.ts';
import { realTrackers } from './state.ts';

const PEOPLE = ['alice', 'bob', 'carol', 'lockstep'] as const;

describe('the real trackers', () => {
  it('Redmine lets people work in a project of their own and keeps others out', async () => {
    const { redmine } = await realTrackers();
    const project = await createProject('seed check');
    const create = async (who: string): Promise<number> => {
      const answer = await fetch(`${redmine.url}/issues.json`, {
        method: 'POST',
        headers: {
          'x-redmine-api-key': redmine.users[who]?.apiKey ?? '',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ issue: { project_id: project.id, tracker_id: 1, subject: `by ${who}` } }),
      });
      return answer.status;
    };
    for (const who of PEOPLE) expect(await create(who), who).toBe(201);
    expect(await create('mallory')).toBe(422);
  });

  it('Request Tracker lets people work in a queue of their own and keeps others out', async () => {
    const { rt } = await realTrackers();
    const queue = await createQueue('seed check');
    const create = async (who: string): Promise<number> => {
      const answer = await fetch(`${rt.url}/REST/2.0/ticket`, {
        method: 'POST',
        headers: { authorization: `token ${rt.users[who]?.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          Queue: queue.name,
          Subject: `by ${who}`,
          CustomFields: { [rt.markerField]: 'm' },
        }),
      });
      return answer.status;
    };
    for (const who of PEOPLE) expect(await create(who), who).toBe(201);
    expect(await create('mallory')).toBe(403);
  });
});
