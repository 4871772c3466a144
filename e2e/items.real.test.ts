import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { echoesOf } from './prove-real/audit/echo.ts';
import { openColleague } from './testing/colleague.ts';
import { Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open('Items');
  await stage.put();
});
afterAll(() => stage.close());

describe('an item made on one side', () => {
  it('stands in Request Tracker with every field of the Redmine issue, and each refers to the other', async () => {
    const { token, title } = stage.title('Printer stops');
    const values = { title, priority: 'Urgent', assignee: 'bob', severity: 'High', due: '2028-02-03' };
    await stage.desks.redmine.create('alice', values, 'It stops\n\n- after two pages\n- every day');
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    expect(rt).toMatchObject({
      createdBy: 'lockstep',
      fields: {
        title,
        status: 'new',
        priority: 'High',
        assignee: 'bob',
        severity: 'High',
        due: '2028-02-03 00:00:00',
      },
    });
    expect(rt.fields.details).toBe('It stops\n\n- after two pages\n- every day');
    expect(redmine.references).toEqual([rt.url]);
    expect(rt.references).toEqual([redmine.url]);
    expect(redmine.fields.priority).toBe('Urgent');
  });

  it('stands in Redmine with every field of the ticket, its first message, and a status that no new issue has', async () => {
    const { token, title } = stage.title('Cable missing');
    const values = {
      title,
      status: 'resolved',
      priority: 'Low',
      assignee: 'carol',
      severity: 'Low',
      due: '2028-04-05 16:30:00',
    };
    await stage.desks.rt.create(
      'bob',
      { ...values, details: 'Room 12.\n\nBehind the desk.' },
      'Please bring one.',
    );
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    expect(redmine).toMatchObject({
      createdBy: 'lockstep',
      fields: {
        title,
        status: 'Resolved',
        priority: 'Low',
        assignee: 'carol',
        severity: 'Low',
        due: '2028-04-05',
      },
      request: 'Please bring one.',
    });
    expect(redmine.fields.details.replaceAll('\r\n', '\n')).toBe('Room 12.\n\nBehind the desk.');
    // A day is all that Redmine knows; the hour stays where it was said.
    expect(rt.fields.due).toBe('2028-04-05 16:30:00');
  });
});

describe('a status in which nothing may begin', () => {
  it('is reached all the same, on both sides', async () => {
    const here = stage.title('Waits in Redmine');
    const there = stage.title('Waits in Request Tracker');
    const issue = await stage.desks.redmine.create('alice', { title: here.title }, 'One.');
    await stage.desks.redmine.edit('alice', issue, { status: 'Feedback' });
    const ticket = await stage.desks.rt.create('bob', { title: there.title }, 'Two.');
    await stage.desks.rt.edit('bob', ticket, { status: 'rejected' });
    await stage.run();
    expect((await stage.pair(here.token)).rt.fields.status).toBe('stalled');
    expect((await stage.pair(there.token)).redmine.fields.status).toBe('Rejected');
  });
});

describe('an edit', () => {
  it('gets across field by field, from either side, and empties what was emptied', async () => {
    const { token, title } = stage.title('Lamp flickers');
    await stage.desks.redmine.create(
      'alice',
      { title, assignee: 'alice', severity: 'Low', due: '2028-02-03' },
      'One.',
    );
    await stage.run();
    const first = await stage.pair(token);
    await stage.desks.rt.edit('bob', first.rt.id, {
      status: 'open',
      priority: 'Low',
      due: '2029-01-01 08:00:00',
    });
    await stage.desks.redmine.edit('alice', first.redmine.id, {
      title: `${title} again`,
      assignee: 'carol',
      severity: '',
    });
    await stage.run();
    const second = await stage.pair(token);
    expect(second.redmine.fields).toMatchObject({
      status: 'In Progress',
      priority: 'Low',
      due: '2029-01-01',
    });
    expect(second.rt.fields).toMatchObject({ title: `${title} again`, assignee: 'carol', severity: '' });
    await stage.desks.redmine.edit('alice', first.redmine.id, { assignee: '', due: '', status: 'Resolved' });
    await stage.run();
    expect((await stage.pair(token)).rt.fields).toMatchObject({ assignee: '', due: '', status: 'resolved' });
  });

  it('leaves alone what says the same in the other tracker’s words', async () => {
    const { token, title } = stage.title('Door squeaks');
    await stage.desks.redmine.create('alice', { title, priority: 'High', status: 'New' }, 'One.');
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    await stage.desks.redmine.edit('alice', redmine.id, { priority: 'Immediate' });
    await stage.desks.rt.edit('bob', rt.id, { severity: 'Critical' });
    await stage.run();
    const after = await stage.pair(token);
    expect(after.redmine.fields).toMatchObject({ priority: 'Immediate', severity: 'Critical' });
    expect(after.rt.fields.priority).toBe('High');
  });

  it('finds the assignee by e-mail where logins differ, both ways', async () => {
    const erin = await openColleague(stage, 'erin');
    const there = stage.title('For Erin in Request Tracker');
    const here = stage.title('For Erin in Redmine');
    const issue = await stage.desks.redmine.create('alice', { title: there.title }, 'One.');
    await erin.assignIssue(issue);
    const ticket = await stage.desks.rt.create('bob', { title: here.title }, 'Two.');
    await erin.assignTicket(ticket);
    await stage.run();
    const ids = await stage.pair(there.token);
    const others = await stage.pair(here.token);
    expect(await erin.isAssigned({ issue: ids.redmine.id, ticket: ids.rt.id })).toEqual({
      issue: true,
      ticket: true,
    });
    expect(await erin.isAssigned({ issue: others.redmine.id, ticket: others.rt.id })).toEqual({
      issue: true,
      ticket: true,
    });
  });
});

describe('a run with nothing to do (P3)', () => {
  it('writes nothing, right after our own writes, and after a restart', async () => {
    const { title } = stage.title('Quiet');
    await stage.desks.redmine.create('alice', { title, severity: 'High' }, 'One.\n\nTwo.');
    await stage.run();
    const before = await stage.look();
    const second = await stage.run();
    for (const side of [second.left, second.right])
      expect(side).toMatchObject({ created: 0, updated: 0, comments: 0, attachments: 0 });
    await stage.restart();
    await stage.run();
    await stage.run();
    expect(echoesOf(before, await stage.look())).toEqual([]);
  });
});
