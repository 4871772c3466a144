import { describe, expect, it } from 'vitest';
import { createQueue } from '../../../../scripts/trackers/projects.ts';
import { realTrackers } from '../../../../scripts/trackers/state.ts';
import { failure, openQueue, signal } from './testing/queue.ts';

const { rt: server } = await realTrackers();
const { connector, as, make, reread, changesSince } = openQueue(server, await createQueue('items'));

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
