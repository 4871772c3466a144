import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { useTestDatabase } from '../../server/src/testing/database.ts';
import { openTracker, useServers } from '../../server/src/testing/serving.ts';
import { main } from './program.ts';

const database = useTestDatabase();
const serving = useServers(database);
const SECRET = 's3cret-that-nobody-may-see';
const ending: (() => void)[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const end of ending.splice(0)) end();
});

/** A receiver that takes everything, and keeps the headers that it got. */
async function hook(): Promise<{ readonly url: string; readonly got: IncomingMessage['headers'][] }> {
  const got: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    got.push(request.headers);
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, got };
}

let out = '';
/** One verb in this process; its answer in JSON. */
async function lockstep(...args: string[]): Promise<{ code: number; answer: Record<string, unknown> }> {
  out = '';
  const code = await main([...args, '--json']);
  return { code, answer: JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown> };
}

test('notifications are kept as code, and by the verbs: made, tried, listed, told', async () => {
  for (const name of ['a', 'b']) openTracker(name);
  const { server } = await serving.start({ allowedAddresses: ['127.0.0.0/8'] });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.stubEnv('LOCKSTEP_URL', server.url);
  vi.stubEnv('LOCKSTEP_TOKEN', server.token);
  const receiver = await hook();
  const file = path.join(serving.dataFolder, 'lockstep.yaml');
  const written = (event: string, group = 'support'): string => `
connections:
  a: { tracker: memory, config: { tracker: a } }
  b: { tracker: memory, config: { tracker: b } }
integrations:
  one:
    group: support
    left: { connection: a }
    right: { connection: b }
    types: [{ left: Task, right: Task, fields: [Title <-> Title] }]
notifications:
  team:
    events: [${event}]
    groups: [${group}]
    channel:
      type: webhook
      url: ${receiver.url}
      signingKey: \${env:TEAM_KEY}
      secretHeaders: { X-Token: '\${env:TEAM_TOKEN}' }
`;
  vi.stubEnv('TEAM_KEY', SECRET);
  vi.stubEnv('TEAM_TOKEN', SECRET);
  // A group that nobody is in is refused with its line, and with it the whole file.
  await writeFile(file, written('run-failed', 'suport'));
  const refused = await lockstep('check', file);
  expect(refused).toMatchObject({
    code: 2,
    answer: { faults: [{ path: ['notifications', 'team', 'groups', 0], line: 14, file }] },
  });
  await writeFile(file, written('run-failed'));
  const outcomeOf = async (verb: string) => {
    const { code, answer } = await lockstep(verb, file);
    return [code, (answer['notifications'] as { outcome: string }[])[0]?.outcome];
  };
  expect(await outcomeOf('check')).toEqual([0, 'created']);
  expect(await outcomeOf('apply')).toEqual([0, 'created']);
  expect(await outcomeOf('apply')).toEqual([0, 'unchanged']);
  const changes = ((await lockstep('audit')).answer['items'] as unknown[]).length;
  // What is exported brings its secrets from the environment, and changes nothing when it is applied.
  const exported = await lockstep('export');
  expect(exported.answer).toMatchObject({
    variables: ['NOTIFICATION_TEAM_SECRET_HEADERS_X_TOKEN', 'NOTIFICATION_TEAM_SIGNING_KEY'],
    notifications: { team: { groups: ['support'] } },
  });
  expect(out).not.toContain(SECRET);
  out = '';
  await main(['export']);
  await writeFile(file, out);
  for (const name of exported.answer['variables'] as string[]) vi.stubEnv(name, SECRET);
  expect(await outcomeOf('apply')).toEqual([0, 'unchanged']);
  expect((await lockstep('audit')).answer['items']).toHaveLength(changes);
  await writeFile(file, written('sync-failed'));
  expect(await outcomeOf('apply')).toEqual([0, 'changed']);

  vi.stubEnv('HOOK_TOKEN', SECRET);
  const add = ['notifications', 'add', 'desk', '--channel', 'webhook', '--url', receiver.url];
  const added = await lockstep(
    ...add,
    '--group',
    'support',
    '--event',
    'brake-pulled',
    '--secret-header',
    'X-Token=${env:HOOK_TOKEN}',
  );
  expect(added).toMatchObject({
    code: 0,
    answer: { ok: true, name: 'desk', groups: ['support'], secrets: ['secretHeaders.X-Token'] },
  });
  expect((await lockstep(...add, '--event', 'nonsense')).code).toBe(2);
  const tried = await lockstep('notifications', 'test', 'desk');
  expect(tried).toEqual({ code: 0, answer: { ok: true, message: 'it answered 204' } });
  expect(receiver.got.at(-1)?.['x-token']).toBe(SECRET);
  expect((await lockstep('notifications', 'test', 'nobody')).code).toBe(2);
  expect((await lockstep('notifications', 'list')).answer['items']).toMatchObject([
    { name: 'desk', enabled: true },
    { name: 'team', events: ['sync-failed'], secrets: ['secretHeaders.X-Token', 'signingKey'] },
  ]);
  expect((await lockstep('notifications', 'log', 'desk')).answer['items']).toMatchObject([
    { notification: 'desk', event: 'test', status: 'sent', said: 'it answered 204' },
  ]);
  expect((await lockstep('notifications', 'log', '--status', 'failed')).answer['items']).toEqual([]);
  expect(await lockstep('notifications', 'remove', 'desk')).toMatchObject({
    code: 0,
    answer: { deleted: true },
  });
}, 120_000);
