import { describe, expect, it } from 'vitest';
import { createQueue } from '../../../../scripts/trackers/projects.ts';
import { realTrackers } from '../../../../scripts/trackers/state.ts';
import { failure, openQueue, signal, streamed } from './testing/queue.ts';

const { rt: server } = await realTrackers();
const { connector, connect, as, make, reread, counted } = openQueue(server, await createQueue('parts'));

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
      counted.requests = 0;
      const draft = { name: 'f', size, contentType: 'image/png', content: streamed() };
      expect(
        (await failure(connector.attachments?.create(item.id, draft, signal) ?? Promise.resolve())).kind,
      ).toBe('rejected');
      expect(counted.requests).toBe(0);
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
