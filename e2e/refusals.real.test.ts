import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { IntegrationInput } from '@lockstep/api';
import { ApiError } from '@lockstep/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendJson } from './prove-real/trackers/send.ts';
import { INTEGRATION } from './prove-real/integration.ts';
import { Stage } from './testing/stage.ts';

let stage: Stage;
/** In front of Redmine. */
const line = { redmine: 0, isSilent: false };
const between = createServer((here) => {
  if (line.isSilent) return;
  const there = connect(line.redmine, '127.0.0.1');
  for (const [from, to] of [
    [here, there],
    [there, here],
  ] as const)
    from.on('error', () => to.destroy()).pipe(to);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  stage = await Stage.open('Refusals', {
    reach: ({ redmine, rt, ...rest }) => {
      line.redmine = Number(new URL(redmine.url).port);
      return { ...rest, rt, redmine: { ...redmine, url: proxied() } };
    },
  });
});
afterAll(async () => {
  await stage.close();
  between.close();
});

function proxied(): string {
  return `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
}

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
    ['left', 'redmine', /no Redmine at this address/],
    ['right', 'rt', /no RT with a REST 2 interface at this address/],
  ] as const)('an address a path too deep on the %s', async (side, tracker, message) => {
    const { url, ...known } = stage.trackers[tracker];
    const secret = 'apiKey' in known ? { apiKey: known.apiKey } : { token: known.token };
    await stage.client.putConnection('deep', { tracker, config: { url: `${url}/nowhere`, ...secret } });
    const problem = await refusal(
      stage.put({ ...stage.document(), [side]: { ...stage.document()[side], connection: 'deep' } }),
    );
    expect(problem.status).toBe(422);
    expect(problem.detail).toMatch(message);
    await stage.client.deleteConnection('deep');
  });

  it('an account of Redmine that is no member of the project', async () => {
    const { url, adminApiKey } = stage.trackers.redmine;
    const headers = { 'x-redmine-api-key': adminApiKey };
    const login = `stranger-${randomBytes(3).toString('hex')}`;
    const { user } = await sendJson<{ user: { id: number; api_key?: string } }>(`${url}/users.json`, {
      method: 'POST',
      headers,
      json: {
        user: {
          login,
          firstname: 'No',
          lastname: 'Member',
          mail: `${login}@example.test`,
          password: randomBytes(12).toString('hex'),
        },
      },
    });
    const apiKey = user.api_key ?? '';
    expect(apiKey).not.toBe('');
    await stage.client.putConnection('stranger', { tracker: 'redmine', config: { url, apiKey } });
    const problem = await refusal(
      stage.put({ ...stage.document(), left: { ...stage.document().left, connection: 'stranger' } }),
    );
    expect(problem.detail).toMatch(/shows this account no project|may not “View issues”/);
    expect(problem.remedy).toContain('member of the project');
    await stage.client.deleteConnection('stranger');
  });

  it('a tracker that has fallen silent: told within 15 seconds, when saved and by the doctor', async () => {
    await stage.put({ ...stage.document(), enabled: false });
    line.isSilent = true;
    try {
      for (const ask of [
        () => refusal(stage.put()).then((it) => it.detail),
        () =>
          stage.client
            .doctor()
            .then(({ findings }) => findings.find((one) => one.subject === 'connection desk')?.message),
      ]) {
        const began = performance.now();
        expect(await ask()).toMatch(/did not answer in time|broke the connection/);
        expect(performance.now() - began).toBeLessThan(15_000);
      }
    } finally {
      line.isSilent = false;
    }
    expect((await stage.client.checkConnection('desk')).ok).toBe(true);
    expect((await stage.client.integration(INTEGRATION)).enabled).toBe(false);
  }, 90_000);

  it('the same project and queue, through another account on the same Redmine (P1)', async () => {
    await stage.put({ ...stage.document(), enabled: false });
    const { apiKey } = stage.trackers.redmine;
    const url = proxied().replace('127.0.0.1', 'localhost');
    await stage.client.putConnection('again', { tracker: 'redmine', config: { url: `${url}/`, apiKey } });
    const twice = { ...stage.document(), left: { ...stage.document().left, connection: 'again' } };
    const problem = await refusal(stage.client.putIntegration('twice', twice));
    expect(problem).toMatchObject({ status: 409, code: 'scopes-claimed' });
    expect(problem.detail).toContain('lead to the same trackers');
    await stage.client.deleteConnection('again');
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
