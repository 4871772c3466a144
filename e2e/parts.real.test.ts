import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FoundComment } from './prove-real/state.ts';
import { Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open('Parts');
  await stage.put();
});
afterAll(() => stage.close());

/** A pair, as both sides name it. */
async function pairOf(text: string) {
  const { token, title } = stage.title(text);
  await stage.desks.redmine.create('alice', { title }, 'One.');
  await stage.run();
  const { redmine, rt } = await stage.pair(token);
  return { token, issue: redmine.id, ticket: rt.id };
}

const saying = (comments: readonly FoundComment[], text: string) =>
  comments.filter((it) => it.body.includes(text));

describe('comments (P1, P6)', () => {
  it('get across once, public as correspondence, private as comments, with the name of who wrote them', async () => {
    const { token, issue, ticket } = await pairOf('Talk');
    await stage.desks.redmine.comment('alice', issue, 'Visible to everybody.\n\n- even *this*', false);
    await stage.desks.redmine.comment('alice', issue, 'Between us only.', true);
    await stage.desks.rt.comment('bob', ticket, 'Answer to the customer.', false);
    await stage.desks.rt.comment('bob', ticket, 'Internal remark.', true);
    await stage.run();
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    expect(saying(rt.comments, 'Visible to everybody.')).toMatchObject([{ by: 'lockstep', private: false }]);
    expect(saying(rt.comments, 'Between us only.')).toMatchObject([{ by: 'lockstep', private: true }]);
    expect(saying(redmine.comments, 'Answer to the customer.')).toMatchObject([
      { by: 'lockstep', private: false },
    ]);
    expect(saying(redmine.comments, 'Internal remark.')).toMatchObject([{ by: 'lockstep', private: true }]);
    expect(saying(rt.comments, 'Visible to everybody.')[0]?.body).toMatch(/^\**Alice Archer:/);
    expect(redmine.comments).toHaveLength(4);
    expect(rt.comments).toHaveLength(4);
  });

  it('stay where they are when they are private and the rule says never', async () => {
    const { token, issue, ticket } = await pairOf('Whisper');
    await stage.put(stage.document('never'));
    await stage.desks.redmine.comment('alice', issue, 'Between us only.', true);
    await stage.desks.rt.comment('bob', ticket, 'Internal remark.', true);
    await stage.desks.rt.comment('bob', ticket, 'For everybody.', false);
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    expect(saying(redmine.comments, 'For everybody.')).toHaveLength(1);
    expect(saying(redmine.comments, 'Internal remark.')).toEqual([]);
    expect(saying(rt.comments, 'Between us only.')).toEqual([]);
    await stage.put();
  });

  it('cannot run anything on the other side: no mention, no reference, no macro', async () => {
    const { token, ticket } = await pairOf('Sharp');
    const text = 'Ask @alice about #12, see {{toc}} and [[Start]], r3 too.';
    await stage.desks.rt.comment('bob', ticket, text, false);
    await stage.run();
    const [copy] = saying((await stage.pair(token)).redmine.comments, 'Ask');
    expect(copy?.body).toContain('Ask !&#64;alice about !#12, see !{{toc}} and !\\[\\[Start]], !r3 too.');
  });
});

describe('files (P1, P6)', () => {
  const bytes = (size: number): Uint8Array =>
    Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) % 256);
  const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

  it('get across once with every byte, both ways', async () => {
    const { token, issue, ticket } = await pairOf('Files');
    const photo = { name: 'photo ü.jpg', content: bytes(700_001) };
    const log = { name: 'server.log', content: new TextEncoder().encode('line one\r\nline two\nÄ\n') };
    await stage.desks.redmine.attach('alice', issue, photo, false);
    await stage.desks.rt.attach('bob', ticket, log, false);
    await stage.run();
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    for (const side of [redmine, rt])
      expect(
        side.files.map(({ name, hash }) => ({ name, hash })).toSorted((a, b) => a.name.localeCompare(b.name)),
      ).toEqual([
        { name: photo.name, hash: hashOf(photo.content) },
        { name: log.name, hash: hashOf(log.content) },
      ]);
  });

  it('that came with a private note or an internal comment stay where they are', async () => {
    const { token, issue, ticket } = await pairOf('Secret file');
    await stage.desks.redmine.attach('alice', issue, { name: 'plan.bin', content: bytes(98) }, true);
    await stage.desks.rt.attach('bob', ticket, { name: 'salaries.bin', content: bytes(99) }, true);
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    expect(rt.files.map((it) => it.name)).toEqual(['salaries.bin']);
    expect(redmine.files.map((it) => it.name)).toEqual(['plan.bin']);
  });

  it('too large for the other side are left out and told, and hold nothing back', async () => {
    const { token, ticket } = await pairOf('Large file');
    await stage.desks.rt.attach(
      'bob',
      ticket,
      { name: 'large.bin', content: bytes(5 * 1024 * 1024 + 1) },
      false,
    );
    await stage.desks.rt.edit('bob', ticket, { severity: 'High' });
    const run = await stage.run();
    const { redmine } = await stage.pair(token);
    expect(redmine.files).toEqual([]);
    expect(redmine.fields.severity).toBe('High');
    const { items } = await stage.client.runLog(run.id);
    expect(items.map((it) => it.text)).toContainEqual(
      expect.stringMatching(/large\.bin is not sent: 5242881 bytes/),
    );
  });
});
