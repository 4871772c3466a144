import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INTEGRATION } from './prove-real/integration.ts';
import { Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open('Conflicts');
  await stage.put();
});
afterAll(() => stage.close());

async function pairOf(text: string, details = 'One.\n\nTwo.\n\nThree.') {
  const { token, title } = stage.title(text);
  await stage.desks.redmine.create('alice', { title }, details);
  await stage.run();
  const { redmine, rt } = await stage.pair(token);
  return { token, title, issue: redmine.id, ticket: rt.id };
}

/** Conflicts of this issue, as the API tells them. */
async function conflictsOf(issue: string) {
  const { items } = await stage.client.conflicts(INTEGRATION, { limit: 100 });
  return items.filter((it) => it.items?.left.id === issue);
}

describe('the same field edited on both sides', () => {
  it('has one winner on both sides, and the other value is kept with both items (P4)', async () => {
    const { token, title, issue, ticket } = await pairOf('Both rename');
    await stage.desks.redmine.edit('alice', issue, { title: `${title} by Alice` });
    await stage.desks.rt.edit('bob', ticket, { title: `${title} by Bob` });
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    expect(redmine.fields.title).toBe(rt.fields.title);
    const [kept, ...others] = await conflictsOf(issue);
    expect(others).toEqual([]);
    expect(kept).toMatchObject({
      field: { left: 'subject', right: 'subject' },
      base: { left: title, right: title },
      left: { value: `${title} by Alice` },
      right: { value: `${title} by Bob` },
      items: { left: { id: issue }, right: { id: ticket } },
    });
    expect([`${title} by Alice`, `${title} by Bob`]).toContain(redmine.fields.title);
  });

  it('does not hold back the other fields', async () => {
    const { token, issue, ticket } = await pairOf('Both and more');
    await stage.desks.redmine.edit('alice', issue, { priority: 'Low', assignee: 'carol' });
    await stage.desks.rt.edit('bob', ticket, { priority: 'High', severity: 'Critical' });
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    expect(rt.fields.assignee).toBe('carol');
    expect(redmine.fields.severity).toBe('Critical');
    expect(await conflictsOf(issue)).toHaveLength(1);
  });

  it('is no conflict when both say the same', async () => {
    const { issue, ticket } = await pairOf('Both agree');
    await stage.desks.redmine.edit('alice', issue, { status: 'Resolved', due: '2028-05-06' });
    await stage.desks.rt.edit('bob', ticket, { status: 'resolved', due: '2028-05-06 12:00:00' });
    const run = await stage.run();
    expect([run.left?.updated, run.right?.updated]).toEqual([0, 0]);
    expect(await conflictsOf(issue)).toEqual([]);
  });
});

describe('the same long text edited on both sides', () => {
  it('is merged where the passages differ', async () => {
    const { token, issue, ticket } = await pairOf('Both write');
    await stage.desks.redmine.rewrite('alice', issue, (text) => text.replace('One.', 'One, says Alice.'));
    await stage.desks.rt.rewrite('bob', ticket, (text) => text.replace('Three.', 'Three, says Bob.'));
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    expect(rt.fields.details).toBe('One, says Alice.\n\nTwo.\n\nThree, says Bob.');
    expect(redmine.fields.details.replaceAll('\r\n', '\n')).toBe(rt.fields.details);
    expect(await conflictsOf(issue)).toMatchObject([{ outcome: 'merged' }]);
  });

  it('keeps both texts in the conflict where the passages overlap', async () => {
    const { token, issue, ticket } = await pairOf('Both rewrite');
    await stage.desks.redmine.rewrite('alice', issue, (text) => text.replace('Two.', 'Two, says Alice.'));
    await stage.desks.rt.rewrite('bob', ticket, (text) => text.replace('Two.', 'Two, says Bob.'));
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    expect(redmine.fields.details.replaceAll('\r\n', '\n')).toBe(rt.fields.details);
    const [kept] = await conflictsOf(issue);
    expect(String(kept?.left.value)).toContain('Two, says Alice.');
    expect(String(kept?.right.value)).toContain('Two, says Bob.');
  });
});
