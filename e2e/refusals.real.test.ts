import type { IntegrationInput } from '@lockstep/api';
import { ApiError } from '@lockstep/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INTEGRATION } from './prove-real/integration.ts';
import { Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open('Refusals');
});
afterAll(() => stage.close());

async function refusal(action: Promise<unknown>): Promise<ApiError['problem']> {
  const error = await action.then(
    () => new Error('this should have been refused'),
    (it: unknown) => it,
  );
  if (error instanceof ApiError) return error.problem;
  throw error;
}

function withFields(fields: IntegrationInput['types'][number]['fields']): IntegrationInput {
  const document = stage.document();
  return { ...document, types: document.types.map((type) => ({ ...type, fields })) };
}

describe('a mapping that a tracker cannot follow is refused when it is saved', () => {
  it('the first message of a ticket cannot be changed: named, explained, with two ways out', async () => {
    const problem = await refusal(
      stage.put(withFields(['Subject <-> Subject', 'Description <-> Description'])),
    );
    expect(problem.status).toBe(422);
    expect(problem.faults).toEqual([
      {
        path: ['types', 0, 'fields', 1, 'right'],
        message: expect.stringMatching(/Description cannot be changed on the right side: .*first message/),
        remedy: expect.stringMatching(/to-left.*onUpdate: false/),
        level: 'error',
      },
    ]);
    const { items } = await stage.client.integrations();
    expect(items).toEqual([]);
  });

  it('both ways out are taken', async () => {
    const towards = { left: 'Description', right: 'Description' };
    const oneWay = withFields(['Subject <-> Subject', { ...towards, direction: 'to-left' }]);
    const once = withFields(['Subject <-> Subject', { ...towards, onUpdate: false }]);
    for (const document of [oneWay, once])
      await expect(
        stage.client.putIntegration(INTEGRATION, document, { dryRun: true }),
      ).resolves.toBeDefined();
  });

  it('Lockstep’s own marker, and fields that are not there', async () => {
    const problem = await refusal(
      stage.put(withFields(['Subject <-> Subject', 'External ID <-> Reference', 'Colour <-> Severity'])),
    );
    const messages = problem.faults?.map((it) => it.message).join('\n');
    expect(messages).toMatch(/External ID cannot be changed on the left side: Lockstep keeps its own marker/);
    expect(messages).toMatch(/Bug has no field “Colour” on the left side/);
  });
});

describe('an integration over a connection that does not work is refused when it is saved', () => {
  it.each([
    ['a wrong Redmine key', 'left', 'redmine', { apiKey: '0'.repeat(40) }],
    ['a wrong Request Tracker token', 'right', 'rt', { token: '1-1-wrong' }],
  ] as const)('%s: which side, what to do, and never the secret', async (_, side, tracker, secret) => {
    const { url } = stage.trackers[tracker];
    const problem = await refusal(
      stage.client
        .putConnection('wrong', { tracker, config: { url, ...secret } })
        .then(() =>
          stage.put({ ...stage.document(), [side]: { ...stage.document()[side], connection: 'wrong' } }),
        ),
    );
    expect(problem.detail).toMatch(/wrong/);
    expect(problem.remedy).toMatch(/\S/);
    for (const value of Object.values(secret)) expect(JSON.stringify(problem)).not.toContain(value);
  });

  it.each([
    ['left', { project: 'no-such-project' }],
    ['right', { queue: 'No such queue' }],
  ] as const)('a scope that is not there on the %s', async (side, scope) => {
    const document = { ...stage.document(), [side]: { ...stage.document()[side], scope } };
    const problem = await refusal(stage.put(document));
    expect(problem.detail).toContain(Object.values(scope)[0]);
    expect(problem.remedy).toMatch(/\S/);
  });
});
