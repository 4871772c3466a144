import { createServer, type AddressInfo } from 'node:net';
import { createHttp } from '@lockstep/sdk';
import type { Change, Connector, ConnectorError, Item } from '@lockstep/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { createProject } from '../../../../scripts/trackers/projects.ts';
import type { RedmineProject } from '../../../../scripts/trackers/projects.ts';
import { realTrackers } from '../../../../scripts/trackers/state.ts';
import type { Trackers } from '../../../../scripts/trackers/state.ts';
import { createApi } from './api.ts';
import { cutPage, readRows } from './feed.ts';
import { redmine } from './index.ts';

const signal = AbortSignal.timeout(600_000);
const host = {
  now: () => Date.now(),
  http: (options: Parameters<typeof createHttp>[0]) => createHttp(options, { now: () => Date.now() }),
};

let server: Trackers['redmine'];
let project: RedmineProject;
let connector: Connector;
let count = 0;

function connect(
  apiKey: string,
  more: { readonly url?: string; readonly project?: string; readonly markerField?: string } = {},
): Connector {
  const config = redmine.config.parse({
    url: more.url ?? server.url,
    apiKey,
    ...(more.markerField === undefined ? {} : { markerField: more.markerField }),
  });
  return redmine.connect(config, { project: more.project ?? project.identifier }, host);
}

/** Does something as a person, past the connector. */
async function as(who: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${server.url}/${path}`, {
    method,
    headers: { 'x-redmine-api-key': server.users[who]?.apiKey ?? '', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} as ${who}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function create(
  fields: Item['fields'] = {},
  visibility: 'public' | 'private' = 'public',
): Promise<Item> {
  count += 1;
  const draft = {
    type: '1',
    fields: { subject: `issue ${count}`, ...fields },
    visibility,
    marker: `ls:real:left:${project.id}-${count}`,
  };
  return (await connector.items.create(draft, signal)).item;
}

async function reread(id: string): Promise<Item> {
  const [item] = await connector.items.get([id], signal);
  if (item === undefined) throw new Error(`#${id} is gone`);
  return item;
}

async function failure(action: Promise<unknown>): Promise<ConnectorError> {
  return action.then(
    () => Promise.reject(new Error('this should have failed')),
    (error: unknown) => error as ConnectorError,
  );
}

async function changesSince(since: string, side = connector): Promise<readonly Change[]> {
  const all: Change[] = [];
  for await (const page of side.items.changes({ since }, signal)) all.push(...page.changes);
  return all;
}

async function closedPort(): Promise<number> {
  const listening = createServer();
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  await new Promise((resolve) => listening.close(resolve));
  return port;
}

beforeAll(async () => {
  server = (await realTrackers()).redmine;
  project = await createProject('connector');
  connector = connect(server.apiKey);
});

describe('check', () => {
  it('names the account and finds nothing to complain about', async () => {
    const report = await connector.check(signal);
    expect(report.account).toMatchObject({ login: 'lockstep', email: 'lockstep@example.test', active: true });
    expect(report.warnings).toEqual([]);
  });

  it('refuses a wrong key, a wrong project, a wrong marker field and a wrong address', async () => {
    expect((await failure(connect('0'.repeat(40)).check(signal))).kind).toBe('auth');
    expect((await failure(connect(server.apiKey, { project: 'nowhere' }).check(signal))).message).toContain(
      'nowhere',
    );
    expect((await failure(connect(server.apiKey, { markerField: 'Nothing' }).check(signal))).kind).toBe(
      'config',
    );
    expect(
      (await failure(connect(server.apiKey, { markerField: 'Severity' }).check(signal))).message,
    ).toContain('single text');
    const url = `http://127.0.0.1:${await closedPort()}`;
    expect((await failure(connect(server.apiKey, { url }).check(signal))).kind).toBe('unavailable');
  });

  it('refuses an account that is in no project, and tells a plain member what is missing', async () => {
    expect((await failure(connect(server.users['mallory']?.apiKey ?? '').check(signal))).kind).toBe('config');
    const report = await connect(server.users['alice']?.apiKey ?? '', {
      markerField: server.markerField,
    }).check(signal);
    expect(report.warnings.join(' ')).toContain('no administrator');
  });
});

describe('schema', () => {
  it('tells types, statuses, choices and what cannot be written', async () => {
    const { types, scope } = await connector.schema(signal);
    expect(scope.id).toBe(project.identifier);
    expect(types.map((type) => type.title)).toEqual(['Bug', 'Feature', 'Support']);
    const field = (id: string) => types[0]?.fields.find((one) => one.id === id);
    expect(field('status_id')?.options).toContainEqual({ id: '5', title: 'Closed', closed: true });
    expect(field(`cf_${server.customFieldIds.severity}`)).toMatchObject({
      kind: 'option',
      title: 'Severity',
    });
    expect(field(`cf_${server.customFieldIds.reference}`)?.kind).toBe('url');
    expect(field(server.markerField)?.onUpdate).not.toBe(true);
    expect(field('author_id')?.onCreate).not.toBe(true);
  });
});

describe('items', () => {
  it('stores a whole issue, gives it back, and finds it by its marker only', async () => {
    const bob = String(server.users['bob']?.id);
    const severity = `cf_${server.customFieldIds.severity}`;
    const fields = {
      description: 'one\n\n- *two*',
      priority_id: '3',
      assigned_to_id: bob,
      category_id: String(project.categoryId),
      fixed_version_id: String(project.versionId),
      start_date: '2026-01-02',
      due_date: '2026-01-09',
      done_ratio: 30,
      estimated_hours: 1.5,
      [severity]: 'High',
    };
    const item = await create(fields);
    expect(item.fields).toMatchObject({ ...fields, description: 'one\r\n\r\n- *two*' });
    expect(item.url).toBe(`${server.url}/issues/${item.id}`);
    expect(item.allowedStatuses).toContain('5');
    expect((await connector.items.find?.(item.marker ?? '', signal))?.map((one) => one.id)).toEqual([
      item.id,
    ]);
    expect(await connector.items.find?.('ls:real:left:none', signal)).toEqual([]);
    const emptied = Object.fromEntries(
      [
        'description',
        'assigned_to_id',
        'category_id',
        'fixed_version_id',
        'start_date',
        'due_date',
        severity,
      ].map((id) => [id, null]),
    );
    const receipt = await connector.items.update(
      item.id,
      { fields: emptied, expected: item.version },
      signal,
    );
    expect(receipt.item.fields).toMatchObject(emptied);
  });

  it('tells what a write really replaced, though a person was faster (P4)', async () => {
    const item = await create({ subject: 'old' });
    await as('alice', 'PUT', `issues/${item.id}.json`, { issue: { subject: 'by alice', priority_id: 4 } });
    const receipt = await connector.items.update(
      item.id,
      { fields: { subject: 'ours' }, expected: item.version },
      signal,
    );
    expect(receipt.replaced).toEqual({ subject: 'by alice' });
    expect(receipt.item.fields).toMatchObject({ subject: 'ours', priority_id: '4' });
    expect(receipt.item.updatedBy?.id).toBe(String(server.users['lockstep']?.id));
  });

  it('tells who changed which field when', async () => {
    const item = await create();
    await as('carol', 'PUT', `issues/${item.id}.json`, { issue: { done_ratio: 50 } });
    const after = await reread(item.id);
    expect(after.updatedBy?.name).toBe('Carol Cooper');
    expect(after.version).not.toBe(item.version);
    expect(after.fieldTimes?.['subject']).toBe(item.createdAt);
    expect(Date.parse(after.fieldTimes?.['done_ratio'] ?? '')).toBeGreaterThanOrEqual(
      Date.parse(item.createdAt),
    );
  });

  it('gives a new issue the status that the workflow begins with, and says so', async () => {
    const draft = {
      type: '1',
      fields: { subject: 's', status_id: '2' },
      visibility: 'public' as const,
      marker: 'ls:real:left:status',
    };
    const receipt = await connector.items.create(draft, signal);
    expect(receipt.item.fields['status_id']).toBe('1');
    expect(receipt.warnings?.join()).toContain('workflow');
    const next = await connector.items.update(
      receipt.item.id,
      { fields: { status_id: '2' }, expected: receipt.item.version },
      signal,
    );
    expect(next.item.fields['status_id']).toBe('2');
  });

  it('says so when the workflow drops a status without an error', async () => {
    const item = await create();
    const asBob = connect(server.users['bob']?.apiKey ?? '', { markerField: server.markerField });
    const receipt = await asBob.items.update(
      item.id,
      { fields: { status_id: '6' }, expected: item.version },
      signal,
    );
    expect(receipt.item.fields['status_id']).toBe('1');
    expect(receipt.warnings?.join()).toContain('workflow');
  });

  it('names the field that Redmine refuses', async () => {
    const item = await create();
    const error = await failure(
      connector.items.update(item.id, { fields: { due_date: '2020-13-45' }, expected: item.version }, signal),
    );
    expect(error).toMatchObject({ kind: 'rejected', details: { field: 'due_date' } });
  });

  it('keeps private issues private (P6)', async () => {
    const item = await create({}, 'private');
    expect(item.visibility).toBe('private');
  });

  it('deletes, and no longer finds what is deleted', async () => {
    const item = await create();
    await connector.items.delete?.(item.id, signal);
    expect(await connector.items.get([item.id], signal)).toEqual([]);
  });
});

describe('the feed', () => {
  it('pages through many changes without losing or repeating one while people edit', async () => {
    const busy = await createProject('feed');
    const ids: string[] = [];
    for (let index = 0; index < 130; index += 1) {
      const made = (await as('alice', 'POST', 'issues.json', {
        issue: { project_id: busy.id, tracker_id: 1, subject: `f${index}` },
      })) as { issue: { id: number } };
      ids.push(String(made.issue.id));
    }
    const side = connect(server.apiKey, { project: busy.identifier });
    const seen: string[] = [];
    let pages = 0;
    for await (const page of side.items.changes({ since: '2020-01-01T00:00:00.000Z' }, signal)) {
      for (const change of page.changes) if (change.kind === 'item') seen.push(change.item.id);
      // What was read moves to the end: reading by offset would now skip as many.
      if (pages === 0)
        for (const id of seen.slice(0, 10))
          await as('bob', 'PUT', `issues/${id}.json`, { issue: { done_ratio: 10 } });
      pages += 1;
    }
    expect(pages).toBeGreaterThan(1);
    expect(new Set(seen)).toEqual(new Set(ids));
  });

  it('reads a crowded second in order of number', async () => {
    const crowd = await createProject('crowd');
    const side = connect(server.apiKey, { project: crowd.identifier });
    for (let index = 0; index < 12; index += 1) {
      await as('alice', 'POST', 'issues.json', {
        issue: { project_id: crowd.id, tracker_id: 1, subject: `c${index}` },
      });
    }
    const items = (await changesSince('2020-01-01T00:00:00.000Z', side)).flatMap((change) =>
      change.kind === 'item' ? [change.item] : [],
    );
    const http = createApi({ url: server.url, apiKey: server.apiKey }, host);
    for (const second of new Set(items.map((item) => Date.parse(item.updatedAt) / 1000))) {
      const ids = items
        .filter((item) => Date.parse(item.updatedAt) / 1000 === second)
        .map((item) => Number(item.id));
      for (const behind of [0, ids[0] ?? 0]) {
        const page = cutPage(await readRows(http, crowd.id, { second, behind }, signal), { second, behind });
        expect(page.rows.map((row) => row.id)).toEqual(ids.filter((id) => id > behind));
      }
    }
  });

  it('includes closed issues, and what was changed in the very second it starts at', async () => {
    const item = await create();
    await connector.items.update(item.id, { fields: { status_id: '5' }, expected: item.version }, signal);
    const closed = await reread(item.id);
    expect(await connector.items.find?.(item.marker ?? '', signal)).toHaveLength(1);
    const changes = await changesSince(closed.updatedAt);
    expect(changes.map((change) => (change.kind === 'item' ? change.item.id : ''))).toContain(item.id);
    expect(await changesSince('2100-01-01T00:00:00.000Z')).toEqual([]);
  });
});

describe('comments', () => {
  it('go and come, private ones stay private (P6)', async () => {
    const item = await create();
    const open = await connector.comments?.create(
      item.id,
      { body: 'open\n\nto all', visibility: 'public' },
      signal,
    );
    const inner = await connector.comments?.create(item.id, { body: 'inner', visibility: 'private' }, signal);
    await as('alice', 'PUT', `issues/${item.id}.json`, { issue: { notes: 'hello' } });
    const list = await connector.comments?.list(item.id, signal);
    expect(list?.map((one) => [one.body, one.visibility, one.author.name])).toEqual([
      ['open\n\nto all', 'public', 'Lockstep Sync'],
      ['inner', 'private', 'Lockstep Sync'],
      ['hello', 'public', 'Alice Archer'],
    ]);
    expect(list?.slice(0, 2).map((one) => one.id)).toEqual([open?.id, inner?.id]);
    const changed = await connector.comments?.update?.(
      item.id,
      open?.id ?? '',
      { body: 'changed', visibility: 'public' },
      signal,
    );
    expect(changed?.body).toBe('changed');
    await connector.comments?.delete?.(item.id, inner?.id ?? '', signal);
    expect((await connector.comments?.list(item.id, signal))?.map((one) => one.body)).toEqual([
      'changed',
      'hello',
    ]);
  });
});

describe('attachments', () => {
  it('are streamed both ways and limited', async () => {
    const item = await create();
    const size = 3 * 1024 * 1024;
    const content = async function* (): AsyncIterable<Uint8Array> {
      for (let sent = 0; sent < size; sent += 65_536) yield new Uint8Array(65_536).fill(sent / 65_536);
    };
    const draft = {
      name: 'größe & co.bin',
      size,
      contentType: 'application/octet-stream',
      content: content(),
    };
    const made = await connector.attachments?.create(item.id, draft, signal);
    expect(made).toMatchObject({ name: 'größe & co.bin', size });
    let read = 0;
    for await (const chunk of (await connector.attachments?.read(item.id, made?.id ?? '', signal)) ?? [])
      read += chunk.length;
    expect(read).toBe(size);
    expect((await reread(item.id)).attachments?.map((one) => one.id)).toEqual([made?.id]);
    const large = connector.attachments?.create(
      item.id,
      { ...draft, size: 6 * 1024 * 1024, content: content() },
      signal,
    );
    expect((await failure(large ?? Promise.resolve())).kind).toBe('rejected');
  });
});

describe('users', () => {
  it('are found exactly: by administrators everywhere, by members among the members', async () => {
    const byMember = connect(server.users['bob']?.apiKey ?? '', { markerField: server.markerField });
    for (const side of [connector, byMember]) {
      const found = await side.users?.find({ name: 'alice archer' }, signal);
      expect(found?.map((one) => one.id)).toEqual([String(server.users['alice']?.id)]);
      expect(await side.users?.find({ name: 'Alice' }, signal)).toEqual([]);
    }
    const byEmail = await connector.users?.find({ email: 'ALICE@example.test' }, signal);
    expect(byEmail?.map((one) => one.login)).toEqual(['alice']);
    // Redmine hides addresses from other members unless their owner shows them.
    expect(await byMember.users?.find({ email: 'alice@example.test' }, signal)).toEqual([]);
    expect(await connector.users?.get('999999', signal)).toBeUndefined();
  });
});
