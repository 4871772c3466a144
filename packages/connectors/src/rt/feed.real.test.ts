import { describe, expect, it } from 'vitest';
import { createQueue } from '../../../../scripts/trackers/projects.ts';
import { realTrackers } from '../../../../scripts/trackers/state.ts';
import { openQueue, signal } from './testing/queue.ts';

const { rt: server } = await realTrackers();
const { connector, connect, as, make, reread, counted } = openQueue(server, await createQueue('feed'));

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
    counted.requests = 0;
    for await (const page of side.items.changes({ since: '1970-01-01T00:00:00.000Z' }, signal)) {
      for (const change of page.changes) {
        if (change.kind !== 'item') throw new Error('RT reports no deletions');
        ids.push(change.item.id);
        expect(change.item.fields['description']).toBe(`text ${String(change.item.fields['subject'])}`);
      }
    }
    expect(ids.length).toBe(225);
    expect(new Set(ids).size).toBe(225);
    expect(counted.requests).toBeLessThan(30);
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
    counted.requests = 0;
    let pages = 0;
    for await (const page of side.items.changes({ after: next }, signal)) pages += 1 + page.changes.length;
    expect([pages, counted.requests]).toEqual([1, 1]);
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
