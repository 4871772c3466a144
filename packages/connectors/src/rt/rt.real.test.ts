import { createHttp } from '@lockstep/sdk';
import type { Change, Connector, ConnectorError, FieldValue, Item, Receipt } from '@lockstep/sdk';
import { beforeAll, describe, expect, it } from 'vitest';
import { createQueue } from '../../../../scripts/trackers/projects.ts';
import { realTrackers } from '../../../../scripts/trackers/state.ts';
import type { Trackers } from '../../../../scripts/trackers/state.ts';
import { rt } from './index.ts';

const signal = AbortSignal.timeout(600_000);
let requests = 0;
const host = {
  now: () => Date.now(),
  http: (options: Parameters<typeof createHttp>[0]) =>
    createHttp(options, { now: () => Date.now(), onAnswer: () => (requests += 1) }),
};

let server: Trackers['rt'];
let queue: { readonly id: number; readonly name: string };
let connector: Connector;
let count = 0;

function connect(
  more: {
    readonly url?: string;
    readonly token?: string;
    readonly queue?: string;
    readonly marker?: string;
  } = {},
): Connector {
  const config = rt.config.parse({ url: more.url ?? server.url, token: more.token ?? server.token });
  const scope = rt.scope.parse({
    queue: more.queue ?? queue.name,
    ...(more.marker === undefined ? {} : { marker: more.marker }),
  });
  return rt.connect(config, scope, host);
}

/** Does something as a person, or as root, past the connector. */
async function as(who: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const token = who === 'root' ? server.adminToken : server.users[who]?.token;
  const answer = await fetch(`${server.url}/REST/2.0/${path}`, {
    method,
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} as ${who}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function make(fields: Record<string, FieldValue> = {}): Promise<Receipt> {
  count += 1;
  const marker = `lockstep:${queue.id}:${count}`;
  return connector.items.create(
    { type: 'ticket', fields: { subject: `ticket ${count}`, ...fields }, visibility: 'public', marker },
    signal,
  );
}

async function reread(id: string): Promise<Item> {
  const [item] = await connector.items.get([id], signal);
  if (item === undefined) throw new Error(`ticket ${id} is gone`);
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

async function* streamed(...chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

beforeAll(async () => {
  server = (await realTrackers()).rt;
  // A name that would break out of an unquoted query.
  queue = await createQueue('connector\'s \\ "queue"');
  connector = connect();
});

describe('a connection to Request Tracker', () => {
  it('is checked: account, version, rights, marker field', async () => {
    await make();
    const report = await connector.check(signal);
    expect(report).toMatchObject({
      account: { id: 'lockstep', email: 'lockstep@example.test' },
      warnings: [],
    });
    expect(report.product).toMatch(/^Request Tracker 5\./);
    expect(Math.abs(report.clockSkew ?? 0)).toBeLessThan(5000);
  });

  it.each([
    ['a wrong token', { token: '1-1-wrong' }, 'auth'],
    ['a queue that is not there', { queue: 'Nope' }, 'config'],
    ['a marker field that is not there', { marker: 'Nope' }, 'config'],
    ['an address without RT', { url: 'http://127.0.0.1:3200/nowhere' }, 'config'],
  ] as const)('refuses %s', async (_, more, kind) => {
    const error = await failure(connect(more).check(signal));
    expect(error.kind).toBe(kind);
    expect(error.details.remedy).toMatch(/\.$/);
  });

  it('refuses an account without rights, and a token cut short', async () => {
    expect((await failure(connect({ token: server.users['mallory']?.token ?? '' }).check(signal))).kind).toBe(
      'forbidden',
    );
    expect(() => connect({ token: 'abc' })).toThrow(/not of the form/);
  });

  it('never reads the feed with an account in another time zone (P2)', async () => {
    const account = `user/${server.users['carol']?.id}`;
    const token = server.users['carol']?.token ?? '';
    await make();
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    try {
      await as('root', 'PUT', account, { Timezone: 'America/New_York' });
      expect((await failure(changesSince(hourAgo, connect({ token })))).details.remedy).toMatch(
        /time zone of this account to UTC/,
      );
      // The server's zone, which is UTC here, is found out by a ticket.
      await as('root', 'PUT', account, { Timezone: '' });
      expect((await changesSince(hourAgo, connect({ token }))).length).toBeGreaterThan(0);
    } finally {
      await as('root', 'PUT', account, { Timezone: 'UTC' });
    }
  });

  it('tells fields, options and statuses', async () => {
    const schema = await connector.schema(signal);
    expect(schema.scope).toMatchObject({ id: String(queue.id), title: queue.name });
    const fields = schema.types[0]?.fields ?? [];
    const named = (id: string) => fields.find((field) => field.id === id);
    expect(named('status')?.options?.map(({ id, closed }) => `${id}:${closed}`)).toEqual([
      'new:false',
      'open:false',
      'stalled:false',
      'resolved:true',
      'rejected:true',
    ]);
    const severity = named(`cf_${server.customFieldIds.severity}`);
    expect(severity?.options?.map(({ id }) => id).toSorted()).toEqual(['Critical', 'High', 'Low', 'Medium']);
    expect(named(`cf_${server.customFieldIds.externalId}`)).toBeUndefined();
    expect(named('description')?.onUpdate).toMatchObject({ reason: expect.stringMatching(/\.$/) as string });
  });
});

describe('tickets', () => {
  it('are created complete, read back, and found by their marker (P1)', async () => {
    const severity = `cf_${server.customFieldIds.severity}`;
    const fields = {
      subject: 'Grüße',
      description: 'one\r\n\r\n  <b>two</b> — 日本',
      owner: 'alice',
      requestors: ['bob', 'carol'],
      priority: 'High',
      due: '2027-01-02T03:04:05.000Z',
      [severity]: 'Medium',
      time_estimated: 90,
    };
    const { item, warnings } = await make(fields);
    expect(warnings).toBeUndefined();
    expect(item.fields).toMatchObject({
      ...fields,
      description: 'one\n\n  <b>two</b> — 日本',
      status: 'new',
      starts: null,
    });
    expect(item.updatedBy).toEqual({ id: 'lockstep' });
    expect(await reread(item.id)).toEqual(item);
    expect(await connector.items.find?.(item.marker ?? '', signal)).toEqual([item]);
    expect(await changesSince(item.updatedAt)).toContainEqual({ kind: 'item', item });
  });

  it('cannot be found by a marker that is a query', async () => {
    for (const marker of [
      "x' OR id > 0 OR Subject = 'y",
      String.raw`x\' OR id > 0 OR Subject = \'y`,
      'x\\',
    ]) {
      expect(await connector.items.find?.(marker, signal)).toEqual([]);
    }
  });

  it('tell what RT silently left out of a create', async () => {
    const severity = `cf_${server.customFieldIds.severity}`;
    const { item, warnings } = await make({ owner: 'mallory', [severity]: 'Nope', status: 'open' });
    expect(item.fields).toMatchObject({ owner: null, [severity]: null, status: 'open' });
    expect(warnings?.join('\n')).toMatch(/Owner: asked for "mallory"[^]*Severity: asked for "Nope"/);
    expect((await failure(make({ status: 'nonsense' }))).kind).toBe('rejected');
    const begun = await make({ status: 'stalled', priority: 'High' });
    expect(begun.item.fields).toMatchObject({ status: 'new', priority: 'High' });
    expect(begun.warnings?.join('\n')).toMatch(/Status: asked for "stalled"/);
  });

  it('are changed, emptied, and tell what they replaced (P4)', async () => {
    const severity = `cf_${server.customFieldIds.severity}`;
    const { item } = await make({
      owner: 'alice',
      due: '2027-01-02T03:04:05.000Z',
      [severity]: 'Low',
      requestors: ['bob'],
    });
    const fields = {
      subject: 'Changed',
      status: 'resolved',
      owner: null,
      due: null,
      [severity]: null,
      requestors: [],
    };
    const receipt = await connector.items.update(item.id, { fields, expected: item.version }, signal);
    expect(receipt.warnings).toBeUndefined();
    expect(receipt.item.fields).toMatchObject(fields);
    expect(receipt.replaced).toEqual({
      subject: item.fields['subject'],
      status: 'new',
      due: '2027-01-02T03:04:05.000Z',
      [severity]: 'Low',
    });
    expect(await reread(item.id)).toEqual(receipt.item);
  });

  it('are taken in part, and say so in RT’s words', async () => {
    const { item } = await make();
    const patch = { fields: { subject: 'taken', status: 'nonsense' }, expected: item.version };
    const { item: after, warnings } = await connector.items.update(item.id, patch, signal);
    expect(after.fields).toMatchObject({ subject: 'taken', status: 'new' });
    expect(warnings?.join('\n')).toMatch(/Status: asked for "nonsense"[^]*isn't a valid status/);
  });

  it('refuse a version that moved within the same second (P4)', async () => {
    const { item } = await make();
    await as('alice', 'PUT', `ticket/${item.id}`, { Subject: 'hers' });
    const patch = { fields: { subject: 'ours' }, expected: item.version };
    expect((await failure(connector.items.update(item.id, patch, signal))).kind).toBe('conflict');
    const seen = await reread(item.id);
    expect(seen.fields['subject']).toBe('hers');
    expect(seen.version).not.toBe(item.version);
    expect(seen.updatedBy).toEqual({ id: 'alice' });
  });

  it('keep their version when a write changes nothing (P3)', async () => {
    const { item } = await make();
    const patch = { fields: { subject: String(item.fields['subject']) }, expected: item.version };
    expect((await connector.items.update(item.id, patch, signal)).item).toEqual(item);
  });

  it('are absent when deleted, merged, moved to another queue, or never there', async () => {
    const [deleted, merged, target, moved] = [await make(), await make(), await make(), await make()].map(
      ({ item }) => item.id,
    );
    await connector.items.delete?.(deleted ?? '', signal);
    await as('root', 'PUT', `ticket/${merged}`, { MergeInto: target });
    await as('root', 'PUT', `ticket/${moved}`, { Queue: server.queue.id });
    const ids = [deleted, merged, target, moved, '99999999', 'nonsense'].map(String);
    expect((await connector.items.get(ids, signal)).map((item) => item.id)).toEqual([target]);
    const gone = connector.items.update('99999999', { fields: { subject: 'x' }, expected: '1' }, signal);
    expect((await failure(gone)).kind).toBe('gone');
  });

  it('cannot be private', async () => {
    const draft = { type: 'ticket', fields: { subject: 'x' }, visibility: 'private', marker: 'x' } as const;
    expect((await failure(connector.items.create(draft, signal))).kind).toBe('unsupported');
  });
});

describe('the feed', () => {
  it('gives every ticket of one second once over many pages, complete, and with the version that RT compares (P2)', async () => {
    const own = await createQueue('feed');
    const side = connect({ queue: own.name });
    for (let batch = 0; batch < 15; batch += 1) {
      await Promise.all(
        Array.from({ length: 15 }, (_, index) =>
          as('alice', 'POST', 'ticket', {
            Queue: own.id,
            Subject: `${batch}.${index}`,
            Content: `text ${batch}.${index}`,
            ContentType: 'text/plain',
          }),
        ),
      );
    }
    const ids: string[] = [];
    requests = 0;
    for await (const page of side.items.changes({ since: '1970-01-01T00:00:00.000Z' }, signal)) {
      for (const change of page.changes) {
        if (change.kind !== 'item') throw new Error('RT reports no deletions');
        ids.push(change.item.id);
        expect(change.item.fields['description']).toBe(`text ${String(change.item.fields['subject'])}`);
      }
    }
    expect(ids.length).toBe(225);
    expect(new Set(ids).size).toBe(225);
    expect(requests).toBeLessThan(30);
    const [seen] = await side.items.get([ids[0] ?? ''], signal);
    const etag = await fetch(`${server.url}/REST/2.0/ticket/${ids[0]}`, {
      headers: { authorization: `token ${server.token}` },
    });
    await etag.body?.cancel();
    expect(`"${seen?.version}"`).toBe(etag.headers.get('etag'));
  });

  it('loses nobody when a ticket moves between two pages (P2)', async () => {
    const own = await createQueue('drift');
    const side = connect({ queue: own.name });
    const made: string[] = [];
    for (let index = 0; index < 120; index += 1) {
      made.push(
        String(
          ((await as('alice', 'POST', 'ticket', { Queue: own.id, Subject: String(index) })) as { id: string })
            .id,
        ),
      );
    }
    const seen = new Set<string>();
    let pages = 0;
    for await (const page of side.items.changes({ since: '1970-01-01T00:00:00.000Z' }, signal)) {
      for (const change of page.changes) if (change.kind === 'item') seen.add(change.item.id);
      // Offset paging would now skip as many as moved.
      if (pages === 0)
        for (const id of made.slice(0, 5)) await as('bob', 'PUT', `ticket/${id}`, { Subject: `moved ${id}` });
      pages += 1;
    }
    expect(seen.size).toBe(120);
  });

  it('continues behind a page, and costs one request when nothing changed', async () => {
    const own = await createQueue('poll');
    const side = connect({ queue: own.name });
    await as('alice', 'POST', 'ticket', { Queue: own.id, Subject: 'first' });
    let next = '';
    for await (const page of side.items.changes({ since: '2020-01-01T00:00:00.000Z' }, signal))
      next = page.next;
    await as('alice', 'POST', 'ticket', { Queue: own.id, Subject: 'second' });
    const subjects: unknown[] = [];
    for await (const page of side.items.changes({ after: next }, signal)) {
      subjects.push(...page.changes.map((change) => change.kind === 'item' && change.item.fields['subject']));
      next = page.next;
    }
    expect(subjects).toEqual(['second']);
    requests = 0;
    let pages = 0;
    for await (const page of side.items.changes({ after: next }, signal)) pages += 1 + page.changes.length;
    expect([pages, requests]).toEqual([1, 1]);
  });

  it('shows comments, files and links as changes of their ticket', async () => {
    const { item } = await make();
    const versions = new Set([item.version]);
    await as('alice', 'POST', `ticket/${item.id}/comment`, { Content: 'x', ContentType: 'text/plain' });
    versions.add((await reread(item.id)).version);
    await connector.links?.add(item.id, { url: 'https://other.example/1', title: '1' }, signal);
    versions.add((await reread(item.id)).version);
    expect(versions.size).toBe(3);
  });
});

describe('comments', () => {
  it('are private or public, oldest first, with their author, without description and mere files (P6)', async () => {
    const { item } = await make({ description: 'the description', requestors: ['bob'] });
    const hidden = await connector.comments?.create(
      item.id,
      { body: 'inside\r\n<i>x</i> ü', visibility: 'private' },
      signal,
    );
    await as('alice', 'POST', `ticket/${item.id}/correspond`, {
      Content: '<p>from <b>the</b> editor</p>',
      ContentType: 'text/html',
    });
    await connector.attachments?.create(
      item.id,
      { name: 'f', size: 1, contentType: 'image/png', content: streamed(Buffer.from('x')) },
      signal,
    );
    const shown = await connector.comments?.create(
      item.id,
      { body: 'outside', visibility: 'public' },
      signal,
    );
    const list = await connector.comments?.list(item.id, signal);
    expect(list).toEqual([
      hidden,
      expect.objectContaining({ body: 'from the editor', visibility: 'public', author: { id: 'alice' } }),
      shown,
    ]);
    expect(hidden).toMatchObject({
      body: 'inside\n<i>x</i> ü',
      visibility: 'private',
      author: { id: 'lockstep' },
    });
    expect(shown).toMatchObject({ body: 'outside', visibility: 'public' });
  });

  it('are complete over more than a page', async () => {
    const { item } = await make();
    for (let index = 0; index < 105; index += 1) {
      await as('alice', 'POST', `ticket/${item.id}/comment`, {
        Content: `c${index}`,
        ContentType: 'text/plain',
      });
    }
    const list = (await connector.comments?.list(item.id, signal)) ?? [];
    expect(list.map((comment) => comment.body)).toEqual(
      Array.from({ length: 105 }, (_, index) => `c${index}`),
    );
    // Its version is still found, though its history is longer than a page.
    expect((await reread(item.id)).fields['description']).toBeNull();
  });

  it('of a missing ticket and without rights are refused by kind', async () => {
    const draft = { body: 'x', visibility: 'private' } as const;
    expect(
      (await failure(connector.comments?.create('99999999', draft, signal) ?? Promise.resolve())).kind,
    ).toBe('gone');
    const { item } = await make();
    const outsider = connect({ token: server.users['mallory']?.token ?? '' });
    expect((await failure(outsider.comments?.create(item.id, draft, signal) ?? Promise.resolve())).kind).toBe(
      'forbidden',
    );
  });
});

describe('attachments', () => {
  it.each([
    ['ü "日" \\ name.bin', 'application/pdf', 1_000_003],
    ['latin1.txt', 'text/plain', 777],
    ['page.html', 'text/html; charset=utf-8', 3],
  ])('%s keeps its name and its bytes', async (name, contentType, size) => {
    const { item } = await make();
    const bytes = Buffer.from(Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) % 256));
    const chunks = Array.from({ length: Math.ceil(size / 10_000) }, (_, index) =>
      bytes.subarray(index * 10_000, (index + 1) * 10_000),
    );
    const made = await connector.attachments?.create(
      item.id,
      { name, contentType, size, content: streamed(...chunks) },
      signal,
    );
    expect(made).toMatchObject({ name, size, visibility: 'private', author: { id: 'lockstep' } });
    expect(await connector.attachments?.list(item.id, signal)).toEqual([made]);
    const read: Uint8Array[] = [];
    for await (const chunk of (await connector.attachments?.read(item.id, made?.id ?? '', signal)) ?? [])
      read.push(chunk);
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
  });

  it('are refused before they are read when empty or too large', async () => {
    const { item } = await make();
    for (const size of [0, 11 * 1024 * 1024]) {
      requests = 0;
      const draft = { name: 'f', size, contentType: 'image/png', content: streamed() };
      expect(
        (await failure(connector.attachments?.create(item.id, draft, signal) ?? Promise.resolve())).kind,
      ).toBe('rejected');
      expect(requests).toBe(0);
    }
  });
});

describe('links and people', () => {
  it('are set once', async () => {
    const { item } = await make();
    const link = { url: 'https://other.example/issues/1?a=b&c=d#e', title: 'other' };
    await connector.links?.add(item.id, link, signal);
    const { version } = await reread(item.id);
    await connector.links?.add(item.id, link, signal);
    expect(await connector.links?.list(item.id, signal)).toEqual([{ url: link.url }]);
    expect((await reread(item.id)).version).toBe(version);
  });

  it('are found by e-mail, login and name, privileged people only', async () => {
    const bob = { id: 'bob', name: 'Bob Baker', login: 'bob', email: 'bob@example.test', active: true };
    expect(await connector.users?.find({ email: 'BOB@example.test' }, signal)).toEqual([bob]);
    expect(await connector.users?.find({ login: 'bob' }, signal)).toEqual([bob]);
    expect(await connector.users?.find({ name: 'Bob Baker' }, signal)).toEqual([bob]);
    expect(await connector.users?.find({ login: 'mallory' }, signal)).toEqual([]);
    expect(await connector.users?.find({ login: 'bob', email: 'alice@example.test' }, signal)).toEqual([]);
    expect(await connector.users?.get('bob', signal)).toEqual(bob);
    expect(await connector.users?.get('nobody-here', signal)).toBeUndefined();
    expect((await connector.users?.self(signal))?.id).toBe('lockstep');
  });
});
