import type { IntegrationInput } from '@lockstep/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INTEGRATION } from './prove-real/integration.ts';
import { STATUSES } from './prove-real/meaning.ts';
import { send, sendJson } from './prove-real/trackers/send.ts';
import { Stage } from './testing/stage.ts';

type Types = IntegrationInput['types'];
type Field = Types[number]['fields'][number];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open('Mapping');
});
afterAll(() => stage.close());

const STATUS = {
  left: 'Status',
  right: 'Status',
  options: STATUSES.map(([l, r]): [string, string] => [l, r]),
};
const BUG: Types[number] = { left: 'Bug', right: 'Ticket', fields: ['Subject <-> Subject', STATUS] };

/** Only what a test is about: the types, between the project and the queue. */
async function save(types: Types): Promise<void> {
  await stage.put({ ...stage.document(), types });
}

async function saveFields(fields: readonly Field[], more: Partial<Types[number]> = {}): Promise<void> {
  await save([{ ...BUG, ...more, fields: ['Subject <-> Subject', ...fields] }]);
}

const alice = () => ({ 'x-redmine-api-key': stage.trackers.redmine.users['alice']?.apiKey ?? '' });
const bob = () => ({ authorization: `token ${stage.trackers.rt.users['bob']?.token ?? ''}` });
const issueUrl = (id: string): string => `${stage.trackers.redmine.url}/issues/${id}.json`;

function editIssue(id: string, issue: Record<string, unknown>): Promise<unknown> {
  return send(issueUrl(id), { method: 'PUT', headers: alice(), json: { issue } });
}

async function createIssue(issue: Record<string, unknown>): Promise<string> {
  const made = await sendJson<{ issue: { id: number } }>(`${stage.trackers.redmine.url}/issues.json`, {
    method: 'POST',
    headers: alice(),
    json: { issue: { project_id: stage.project.id, tracker_id: 1, ...issue } },
  });
  return String(made.issue.id);
}

function ticketOf(id: string): Promise<Record<string, string>> {
  return sendJson(`${stage.trackers.rt.url}/REST/2.0/ticket/${id}`, { headers: bob() });
}

async function issueType(id: string): Promise<string> {
  const { issue } = await sendJson<{ issue: { tracker: { name: string } } }>(issueUrl(id), {
    headers: alice(),
  });
  return issue.tracker.name;
}

describe('a suggestion', () => {
  it('names types, fields and options that mean the same, and syncs as it is', async () => {
    const { left, right } = stage.document();
    const { document, notes, warnings } = await stage.client.suggest({ left, right });
    expect(warnings.filter(({ level }) => level === 'error')).toEqual([]);
    const { types } = document as unknown as Pick<IntegrationInput, 'types'>;
    expect(types.map((type) => `${type.left} ↔ ${type.right}`)).toContain('Bug ↔ Ticket');
    const rows = (types[0]?.fields ?? []).map((row) =>
      typeof row === 'string' ? row : `${row.left} ${row.direction ?? ''} ${row.right}`,
    );
    for (const row of ['Subject <-> Subject', 'Assignee <-> Owner', 'Due date <-> Due'])
      expect(rows).toContain(row);
    expect(notes.map(({ text }) => text).join('\n')).toMatch(/only into new items: Description/);
    await stage.put({
      ...stage.document(),
      ...document,
      startFrom: '2020-01-01',
      enabled: true,
      interval: '1d',
    });
    const { token, title } = stage.title('Suggested');
    await stage.desks.redmine.create(
      'alice',
      { title, priority: 'Urgent', severity: 'High', due: '2028-02-03' },
      'One.',
    );
    await stage.run();
    const { redmine, rt } = await stage.pair(token);
    expect(rt.fields).toMatchObject({ title, status: 'new', severity: 'High', due: '2028-02-03 00:00:00' });
    await stage.desks.rt.edit('bob', rt.id, { status: 'open' });
    await stage.run();
    expect((await stage.pair(token)).redmine.fields.status).toBe('In Progress');
    await stage.desks.redmine.edit('alice', redmine.id, { status: 'Closed' });
    await stage.run();
    expect((await stage.pair(token)).rt.fields.status).toBe('resolved');
  });
});

describe('types', () => {
  it('several become one, and on the way back the first from the top is made', async () => {
    await save([BUG, { ...BUG, left: 'Feature' }]);
    const here = stage.title('A feature');
    const there = stage.title('A ticket');
    const feature = await createIssue({ subject: here.title, tracker_id: 2 });
    const ticket = await stage.desks.rt.create('bob', { title: there.title }, 'Two.');
    await stage.run();
    const pair = await stage.pair(here.token);
    expect(pair.redmine.id).toBe(feature);
    const back = await stage.pair(there.token);
    expect(back.rt.id).toBe(ticket);
    expect(await issueType(back.redmine.id)).toBe('Bug');
    // Known pairs stay what they are.
    await stage.desks.rt.edit('bob', pair.rt.id, { status: 'open' });
    await stage.run();
    expect(await issueType(feature)).toBe('Feature');
    expect((await stage.pair(here.token)).redmine.fields.status).toBe('In Progress');
  });

  it('are switched off, on and deleted one by one; pairs are kept, and say why they rest (P5, P2)', async () => {
    await save([BUG, { ...BUG, left: 'Feature' }]);
    const { token, title } = stage.title('Rests');
    const issue = await createIssue({ subject: title, tracker_id: 2 });
    await stage.run();
    const type = { left: 'Feature', right: 'Ticket' };
    const { pairs } = await stage.client.changeTypeMapping(INTEGRATION, { action: 'switch-off', ...type });
    expect(pairs).toBeGreaterThan(0);
    await editIssue(issue, { subject: `${title} anew` });
    await stage.run();
    expect((await stage.pair(token)).rt.fields.title).toBe(title);
    const { answers } = await stage.client.why(issue);
    expect(answers.map(({ sentence }) => sentence).join()).toMatch(/Feature ↔ Ticket is switched off/);
    await stage.client.changeTypeMapping(INTEGRATION, { action: 'switch-on', ...type });
    await stage.run();
    expect((await stage.pair(token)).rt.fields.title).toBe(`${title} anew`);

    await stage.client.changeTypeMapping(INTEGRATION, { action: 'delete', ...type });
    await editIssue(issue, { subject: `${title} at last` });
    await stage.run();
    expect((await stage.pair(token)).rt.fields.title).toBe(`${title} anew`);
    await save([BUG, { ...BUG, left: 'Feature' }]);
    await stage.run();
    expect((await stage.pair(token)).rt.fields.title).toBe(`${title} at last`);
  });

  it('create and update only where they may', async () => {
    await save([{ ...BUG, create: { left: false }, update: { right: false } }]);
    const here = stage.title('May go');
    const there = stage.title('May not come');
    const issue = await createIssue({ subject: here.title });
    await stage.desks.rt.create('bob', { title: there.title }, 'Two.');
    await stage.run();
    expect((await stage.look()).redmine.filter(({ fields }) => fields.title === there.title)).toEqual([]);
    await editIssue(issue, { subject: `${here.title} again` });
    await stage.run();
    expect((await stage.pair(here.token)).rt.fields.title).toBe(here.title);
  });
});

describe('fields', () => {
  it('carry durations, days of a time zone and texts that are too long, and what is cut says so', async () => {
    await saveFields([
      'Estimated time <-> Time estimated (minutes)',
      { left: 'Due date', right: 'Due', zone: 'Europe/Berlin' },
    ]);
    const { token, title } = stage.title('Kinds');
    const long = `${title} ${'länger '.repeat(33)}`.trim();
    const issue = await createIssue({ subject: long, estimated_hours: 1.5, due_date: '2028-02-03' });
    await stage.run();
    const { rt } = await stage.pair(token);
    const ticket = await ticketOf(rt.id);
    expect(Number(ticket['TimeEstimated'])).toBe(90);
    expect(ticket['Due']).toBe('2028-02-02T23:00:00Z');
    expect(ticket['Subject']).toMatch(/… \(cut\)$/);
    // Request Tracker counts bytes, and would cut the rest off itself.
    expect(Buffer.byteLength(ticket['Subject'] ?? '')).toBeLessThanOrEqual(200);
    expect(Buffer.byteLength(ticket['Subject'] ?? '')).toBeGreaterThan(190);
    // What is cut never comes back.
    await stage.run();
    const { issue: now } = await sendJson<{ issue: { subject: string } }>(issueUrl(issue), {
      headers: alice(),
    });
    expect(now.subject).toBe(long);
  });

  it('several become one text; it, a fixed value and a reference reach pairs that exist already', async () => {
    await save([BUG]);
    const { token, title } = stage.title('Came before');
    const issue = await createIssue({ subject: title });
    await stage.run();
    expect((await stage.pair(token)).redmine.references).toEqual([]);
    await save([
      {
        ...BUG,
        reference: { left: 'Reference', right: 'link' },
        derived: [
          { right: 'Details', template: 'Issue ${left.key}, ${left.Priority}, for ${left.Target version}' },
          { right: 'Severity', value: 'Medium' },
        ],
      },
    ]);
    await stage.run();
    const pair = await stage.pair(token);
    expect(pair.redmine.references).toEqual([pair.rt.url]);
    expect(pair.rt.references).toEqual([pair.redmine.url]);
    expect(pair.rt.fields).toMatchObject({
      details: expect.stringMatching(/^Issue .*, Normal, for$/),
      severity: 'Medium',
    });
    await editIssue(issue, { fixed_version_id: stage.project.versionId });
    await stage.run();
    expect((await stage.pair(token)).rt.fields.details).toMatch(/, Normal, for 1\.0$/);
  });

  it('park an option without a counterpart, until the table has a default; the others go on', async () => {
    const severity = { left: 'Severity', right: 'Severity', options: [['Low', 'Low'] as [string, string]] };
    await saveFields([severity, STATUS]);
    const { token, title } = stage.title('Severe');
    const severe = await stage.desks.redmine.create('alice', { title, severity: 'High' }, 'One.');
    await stage.desks.redmine.edit('alice', severe, { status: 'Feedback' });
    await stage.run();
    expect((await stage.pair(token)).rt.fields).toMatchObject({ severity: '', status: 'stalled' });
    const { redmine } = await stage.pair(token);
    const parked = async () =>
      (await stage.client.parked(INTEGRATION)).items.filter(({ id }) => id === redmine.id);
    expect(await parked()).toMatchObject([
      { kind: 'missing-option', reason: expect.stringMatching(/“High”/) },
    ]);
    await saveFields([{ ...severity, defaults: { right: 'Medium' } }, STATUS]);
    await stage.client.recover(INTEGRATION, { action: 'resync', parked: 'missing-option' });
    await stage.run();
    expect((await stage.pair(token)).rt.fields.severity).toBe('Medium');
    expect(await parked()).toEqual([]);
  });
});

describe('a status', () => {
  it('brings what it asks for, where nobody has written it yet', async () => {
    const needs = { right: { resolved: { Severity: 'Low' } } };
    await saveFields([{ ...STATUS, transitions: needs }]);
    const empty = stage.title('Without');
    const own = stage.title('With');
    const issues = [await createIssue({ subject: empty.title }), await createIssue({ subject: own.title })];
    await stage.run();
    await stage.desks.rt.edit('bob', (await stage.pair(own.token)).rt.id, { severity: 'Critical' });
    for (const issue of issues) await stage.desks.redmine.edit('alice', issue, { status: 'Resolved' });
    await stage.run();
    expect((await stage.pair(empty.token)).rt.fields).toMatchObject({ status: 'resolved', severity: 'Low' });
    expect((await stage.pair(own.token)).rt.fields).toMatchObject({
      status: 'resolved',
      severity: 'Critical',
    });
  });
});

describe('a tracker that changes', () => {
  it('is told of at the next run, and all else is kept in step', async () => {
    const admin = { 'x-redmine-api-key': stage.trackers.redmine.adminApiKey };
    const { url } = stage.trackers.redmine;
    const { version: made } = await sendJson<{ version: { id: number } }>(
      `${url}/projects/${stage.project.identifier}/versions.json`,
      { method: 'POST', headers: admin, json: { version: { name: 'Short-lived' } } },
    );
    const version = {
      left: 'Target version',
      right: 'Details',
      direction: '->',
      options: [['Short-lived', 'The first']],
    };
    await saveFields([version as Field, STATUS]);
    const { token, title } = stage.title('Goes on');
    const issue = await createIssue({ subject: title, fixed_version_id: made.id });
    await stage.run();
    expect((await stage.pair(token)).rt.fields.details).toBe('The first');
    await editIssue(issue, { fixed_version_id: '' });
    await send(`${url}/versions/${made.id}.json`, { method: 'DELETE', headers: admin });
    // What a tracker has is believed for ten minutes; a server that has just begun asks.
    await stage.restart();
    await stage.desks.redmine.edit('alice', issue, { status: 'Feedback' });
    const run = await stage.run();
    expect(run.message).toMatch(/no longer fits the trackers: .*“Short-lived”/);
    expect((await stage.pair(token)).rt.fields).toMatchObject({ status: 'stalled', details: '' });
    const { integrations } = await stage.client.status();
    expect(integrations.find(({ name }) => name === INTEGRATION)).toMatchObject({ health: 'degraded' });
  });
});
