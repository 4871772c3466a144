import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, IntegrationInput } from '@lockstep/api';
import type { Chance } from '../../e2e/prove-real/chance.ts';
import { tellingFiles, unpack } from './aftermath.ts';
import type { Canaries } from './canary.ts';
import { startEchoTracker } from './echo-tracker.ts';
import { KEPT_IN } from './fence.ts';
import { drawNotification } from './notifications.ts';
import { drawCase, operationsOf } from './requests.ts';
import type { Case, Document, Draw } from './requests.ts';
import { closeConnections, send } from './send.ts';
import { sample } from './shapes.ts';
import type { Shape } from './shapes.ts';
import type { Target } from './target.ts';
import { FAULTS, judge } from './verdict.ts';
import type { Fault } from './verdict.ts';

const AT_ONCE = 8;
const TOLD = 10;
/** Reading the whole database, or asking a tracker, takes longer than the rest together. */
const RARELY = ['/api/backup', '/api/support', '/api/doctor', '/check', '/plan', '/estimate'];
const RARE = 0.1;

const INTEGRATION: IntegrationInput = {
  left: { connection: 'left', scope: {} },
  right: { connection: 'right', scope: {} },
  interval: '1m',
  startFrom: '2020-01-01',
  types: [{ left: 'Task', right: 'Task', fields: ['Title <-> Title', 'Status <-> Status'] }],
};

export interface Attack {
  readonly cases: number;
  readonly operations: string;
  readonly refused: number;
  readonly crashes: number;
  readonly canaries: number;
  readonly serverErrors: number;
  readonly notProblems: number;
  readonly leaks: number;
  readonly unanswered: number;
  /** Connections beyond this machine that were tried, and kept in. */
  readonly keptIn: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly isWell: boolean;
}

/** Fires so many requests at a server, watches it, and then looks for the secrets it was told. */
export async function attack(parts: {
  readonly target: Target;
  readonly client: Client;
  readonly folder: string;
  readonly canaries: Canaries;
  readonly chance: Chance;
  readonly cases: number;
}): Promise<Attack> {
  const { target, client, folder, canaries, chance, cases } = parts;
  await using echo = await startEchoTracker(chance);
  const draw = await prepare(target, client, chance, canaries, echo.url);
  const operations = operationsOf(draw.document);
  const found = new Map<Fault, number>(FAULTS.map((fault) => [fault, 0]));
  const statuses = new Map<number, number>();
  const asked = new Set<string>();
  let crashes = 0;
  const tell = (fault: Fault, what: string, one?: Case): void => {
    const times = (found.get(fault) ?? 0) + 1;
    found.set(fault, times);
    if (times > TOLD) return;
    console.error(`${fault}: ${what}`);
    if (one !== undefined)
      console.error(`  ${one.method} ${one.target.slice(0, 300)} ${(one.body ?? '').slice(0, 500)}`);
  };
  let next = 0;
  const fire = async (): Promise<void> => {
    while (next < cases && target.isAlive) {
      next += 1;
      const operation = chance.pick(operations);
      if (RARELY.some((end) => operation.path.endsWith(end)) && !chance.happens(RARE)) {
        next -= 1;
        continue;
      }
      const one = sparing(drawCase(operation, chance, draw));
      asked.add(`${operation.method} ${operation.path}`);
      try {
        const answer = await send(target.url, one);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const verdict = judge(answer, one.method, canaries);
        if (verdict !== undefined) tell(verdict.fault, verdict.what, one);
      } catch (error) {
        tell('unanswered', error instanceof Error ? error.message : String(error), one);
        await delay(100);
        if (!target.isAlive) break;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, fire));
  if (!target.isAlive) {
    crashes += 1;
    console.error(`the server died; its log is ${target.log}`);
  } else {
    await collect(target, client, folder, draw, (what) => tell('leaks', what));
    closeConnections();
    await target.stop();
  }
  for (const file of await tellingFiles(folder, canaries)) tell('leaks', `a secret is in the file ${file}`);
  const counts = Object.fromEntries(found) as Record<Fault, number>;
  const isWell =
    crashes === 0 &&
    next >= cases &&
    Object.values(counts).every((count) => count === 0) &&
    canaries.planted > 0;
  return {
    cases: next,
    operations: `${asked.size} of ${operations.length}`,
    refused: [...statuses].reduce((sum, [status, times]) => (status >= 400 ? sum + times : sum), 0),
    crashes,
    ...counts,
    canaries: canaries.planted,
    keptIn: (await readFile(target.log, 'utf8')).split(`\n${KEPT_IN}`).length - 1,
    statuses: Object.fromEntries([...statuses].toSorted(([a], [b]) => a - b)),
    isWell,
  };
}

/** What is to be looked at in the end is not deleted. */
function sparing(one: Case): Case {
  return one.method === 'DELETE'
    ? { ...one, target: one.target.replace(/(\/api\/\w+\/)(one|left|right|told-\w+)/, '$1spare') }
    : one;
}

/** Connections with secrets that stay, an integration that runs, and the words that requests are made of. */
async function prepare(
  target: Target,
  client: Client,
  chance: Chance,
  canaries: Canaries,
  url: string,
): Promise<Draw & { readonly document: Document }> {
  const document = (await (await fetch(`${target.url}/api/openapi.json`)).json()) as Document;
  for (const name of ['left', 'right'])
    await client.putConnection(name, { tracker: 'memory', config: { tracker: name } });
  const trackers = (await client.trackers()).items.filter(({ id }) => id !== 'memory');
  const names = ['left', 'right', 'one', 'spare', 'unheard-of'];
  const words = {
    word: () =>
      chance.pick([...names, '5m', '2026-01-01T00:00:00Z', 'Task', 'Title <-> Title', 'LEFT-1', '1', 'left']),
    secret: () => canaries.next(),
  };
  const connection = (): unknown => {
    const tracker = chance.pick(trackers);
    const config = sample(tracker.config as Shape, {}, chance, { ...words, word: () => url });
    return { tracker: tracker.id, config };
  };
  const body = (at: string): unknown => {
    if (at === '/api/connections/{name}') return connection();
    if (at === '/api/integrations/{name}') return INTEGRATION;
    if (at === '/api/notifications/{name}') return drawNotification(chance, canaries);
    if (at !== '/api/configuration') return undefined;
    return {
      connections: { spare: connection() },
      integrations: { one: INTEGRATION },
      notifications: { spare: drawNotification(chance, canaries) },
    };
  };
  for (const tracker of trackers) {
    const { properties = {} } = tracker.config as Shape;
    const config = Object.fromEntries(
      Object.entries(properties).flatMap(([name, shape]) =>
        shape.secret === true ? [[name, canaries.next()]] : name === 'url' ? [[name, url]] : [],
      ),
    );
    await client.putConnection(`told-${tracker.id}`, { tracker: tracker.id, config });
    names.push(`told-${tracker.id}`);
  }
  await choosePassword(target, client, canaries);
  await client.putIntegration('one', INTEGRATION);
  for (const name of ['told-notification', 'spare'])
    await client.putNotification(name, {
      ...drawNotification(chance, canaries),
      channel: { type: 'webhook', url: 'http://127.0.0.1:1/', signingKey: canaries.next() },
    });
  names.push('told-notification');
  await client.enable('one', {});
  const { request } = await client.run('one', {});
  names.push(request);
  return { document, shapes: document.components.schemas, words, token: target.token, body };
}

/** A user whose password is one of the secrets. */
async function choosePassword(target: Target, client: Client, canaries: Canaries): Promise<void> {
  const { oneTimePassword: currentPassword = '' } = await client.addUser({ login: 'one' });
  const ask = async (method: string, at: string, body: object, proof: Record<string, string>) => {
    const headers = { 'content-type': 'application/json', ...proof };
    const answer = await send(target.url, { method, target: at, headers, body: JSON.stringify(body) });
    if (answer.status !== 200) throw new Error(`${method} ${at} answered ${answer.status}: ${answer.body}`);
    return answer;
  };
  const signedIn = await ask('POST', '/api/session', { login: 'one', password: currentPassword }, {});
  const { csrf } = JSON.parse(String(signedIn.body)) as { csrf: string };
  const cookie = /lockstep=[^;]+/.exec(signedIn.headers)?.[0] ?? '';
  const change = { currentPassword, newPassword: canaries.next() };
  await ask('PUT', '/api/session/password', change, { cookie, 'x-csrf-token': csrf });
}

/** Puts what people hand on beside the logs: the backup, the export, the support packages of the latest runs. */
async function collect(
  target: Target,
  client: Client,
  folder: string,
  draw: Draw,
  leak: (what: string) => void,
): Promise<void> {
  const get = async (at: string): Promise<Buffer> => {
    const headers = { authorization: `Bearer ${draw.token}` };
    const answer = await send(target.url, { method: 'GET', target: at, headers, body: undefined });
    if (answer.status !== 200) leak(`${at} answered ${answer.status}, so that it could not be searched`);
    return answer.body;
  };
  for (const [name, at] of [
    ['backup', '/api/backup'],
    ['connections', '/api/connections'],
    ['integrations', '/api/integrations'],
    ['doctor', '/api/doctor'],
    ['status', '/api/status'],
    ['users', '/api/users'],
    ['tokens', '/api/tokens'],
    ['notifications', '/api/notifications'],
    ['notification-log', '/api/notification-log?limit=500'],
    ['audit', '/api/audit?limit=500'],
  ] as const)
    await writeFile(path.join(folder, name), await get(at));
  const away = await send(target.url, {
    method: 'GET',
    target: '/api/session/oidc',
    headers: {},
    body: undefined,
  });
  await writeFile(path.join(folder, 'provider'), away.body);
  const { items } = await client.runs('one', { limit: 3 });
  for (const run of items)
    await unpack(
      await get(`/api/support?about=${run.id}&values=true`),
      path.join(folder, `support-${run.id}`),
    );
}
