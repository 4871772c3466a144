import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  instantOf,
  notTaken,
  parsePriorities,
  parseStatuses,
  quote,
  sqlTime,
  toBody,
  toItem,
} from './convert.ts';
import type { Model } from './convert.ts';
import { htmlToText } from './html.ts';
import { replacedValues } from './replaced.ts';
import { attachment, ticket, transaction } from './wire.ts';

const customField = (id: string, Name: string, Type: string, MaxValues = '1') => ({
  id,
  Name,
  Type,
  MaxValues,
  UniqueValues: '0',
});
const model: Model = {
  webUrl: 'https://rt.example.com',
  queueId: '7',
  markerField: '2',
  priorities: parsePriorities('Low=0, Medium=50, High=100'),
  customFields: [
    customField('2', 'External ID', 'Freeform'),
    customField('3', 'Severity', 'Select'),
    customField('4', 'Reference', 'Freeform'),
    customField('5', 'Tags', 'Freeform', '0'),
    customField('6', 'Until', 'DateTime'),
    customField('7', 'Logo', 'Image'),
  ],
};

/** A row as RT 5.0.3 gave it. */
const row = ticket.parse({
  Creator: { _url: 'http://rt/REST/2.0/user/lockstep', type: 'user', id: 'lockstep' },
  TimeWorked: '0',
  TimeEstimated: '30',
  Priority: '50',
  Owner: { _url: 'http://rt/REST/2.0/user/Nobody', type: 'user', id: 'Nobody' },
  id: '7',
  Status: 'new',
  LastUpdated: '2026-11-23T20:26:16Z',
  Subject: 'Hello ü',
  Due: '2026-03-04T05:06:07Z',
  Starts: '1970-01-01T00:00:00Z',
  Started: '1970-01-01T00:00:00Z',
  Resolved: '1970-01-01T00:00:00Z',
  TimeLeft: '0',
  _url: 'http://rt/REST/2.0/ticket/7',
  Created: '2026-11-23T20:26:16Z',
  LastUpdatedBy: { id: 'lockstep', type: 'user' },
  EffectiveId: '7',
  Requestor: [
    { id: 'bob', type: 'user' },
    { id: 'alice', type: 'user' },
  ],
  Type: 'ticket',
  Queue: { id: '7', type: 'queue' },
  type: 'ticket',
  CustomFields: [
    { id: '3', name: 'Severity', values: ['High'], type: 'customfield' },
    { id: '2', name: 'External ID', values: ['lockstep:1'], type: 'customfield' },
    { id: '4', name: 'Reference', values: [null], type: 'customfield' },
    { id: '7', name: 'Logo', values: [{ filename: 'a.png' }], type: 'customfield' },
  ],
});

describe('tickets of Request Tracker', () => {
  it('become items', () => {
    expect(toItem(row, '103', 'text', model)).toEqual({
      id: '7',
      key: '#7',
      url: 'https://rt.example.com/Ticket/Display.html?id=7',
      type: 'ticket',
      version: '103',
      createdAt: '2026-11-23T20:26:16.000Z',
      updatedAt: '2026-11-23T20:26:16.000Z',
      createdBy: { id: 'lockstep' },
      updatedBy: { id: 'lockstep' },
      visibility: 'public',
      marker: 'lockstep:1',
      fields: {
        subject: 'Hello ü',
        description: 'text',
        status: 'new',
        owner: null,
        requestors: ['alice', 'bob'],
        cc: [],
        priority: 'Medium',
        due: '2026-03-04T05:06:07.000Z',
        starts: null,
        started: null,
        resolved: null,
        time_worked: 0,
        time_estimated: 30,
        time_left: 0,
        cf_3: 'High',
        cf_4: null,
        cf_5: [],
        cf_6: null,
      },
    });
  });

  it('keep a priority between two names under the lower one, and as a number where there are no names', () => {
    expect(toItem({ ...row, Priority: '77' }, '1', undefined, model).fields['priority']).toBe('Medium');
    expect(
      toItem({ ...row, Priority: '77' }, '1', undefined, { ...model, priorities: [] }).fields['priority'],
    ).toBe(77);
  });

  it('are written in RT’s forms', () => {
    const body = toBody(
      {
        subject: 'a\r\n b',
        owner: null,
        requestors: null,
        due: '2026-05-06T07:08:09.123Z',
        starts: null,
        priority: 'High',
        cf_3: null,
        cf_5: ['x', 'y'],
        cf_6: '2026-05-06T07:08:09.000Z',
        description: 'not here',
      },
      model,
    );
    expect(body).toEqual({
      Subject: 'a b',
      Owner: 'Nobody',
      Requestor: [],
      Due: '2026-05-06 07:08:09',
      Starts: '',
      Priority: 100,
      CustomFields: { '3': null, '5': ['x', 'y'], '6': '2026-05-06 07:08:09' },
    });
  });

  it('refuse fields that cannot be written, the marker among them', () => {
    for (const id of ['resolved', 'cf_2', 'nonsense']) {
      expect(() => toBody({ [id]: 'x' }, model)).toThrow(
        expect.objectContaining({ kind: 'unsupported' }) as Error,
      );
    }
    expect(() => toBody({ priority: 'Urgent' }, model)).toThrow(/no priority "Urgent"/);
  });

  it('tell what RT did not take', () => {
    const item = toItem(row, '1', 'one\ntwo', model);
    const taken = {
      subject: 'Hello ü ',
      description: 'one\r\ntwo',
      due: '2026-03-04T05:06:07.900Z',
      requestors: ['bob', 'alice'],
      cf_4: '',
    };
    expect(notTaken(taken, item, (id) => id)).toEqual([]);
    expect(notTaken({ status: 'open' }, item, () => 'Status')).toEqual([
      'Status: asked for "open", Request Tracker has "new"',
    ]);
  });
});

describe('TicketSQL', () => {
  it('cannot be left by a value', () => {
    expect(quote(String.raw`x' OR id > 0 OR Subject = 'y`)).toBe(
      String.raw`'x\' OR id > 0 OR Subject = \'y'`,
    );
    expect(quote(String.raw`\'`)).toBe(String.raw`'\\\''`);
  });

  it('has times without zone', () => {
    expect(sqlTime('2026-01-02T03:04:05.678Z')).toBe('2026-01-02 03:04:05');
    expect(instantOf('1970-01-01T00:00:00Z')).toBeNull();
    expect(instantOf('')).toBeNull();
  });
});

describe('the settings of a queue', () => {
  it('name priorities and statuses', () => {
    expect(parsePriorities('High = 100, Low=0')).toEqual([
      { name: 'Low', from: 0 },
      { name: 'High', from: 100 },
    ]);
    expect(() => parsePriorities('High')).toThrow(/Name=Number/);
    expect(parseStatuses('new, in work, done *')).toEqual([
      { id: 'new', closed: false },
      { id: 'in work', closed: false },
      { id: 'done', closed: true },
    ]);
  });
});

describe('messages', () => {
  const part = (ContentType: string, Content: string, Filename = '') =>
    attachment.parse({ id: '1', TransactionId: '2', Filename, ContentType, Content });

  it('are the plain part, else the HTML part, never a file', () => {
    expect(bodyOf([part('text/html', '<p>a</p>'), part('text/plain', 'b\r\n')])).toBe('b\n');
    expect(bodyOf([part('text/html', '<p>a</p>')])).toBe('a');
    expect(bodyOf([part('text/plain', 'log', 'a.log')])).toBeUndefined();
    expect(bodyOf([part('text/plain', '')])).toBeUndefined();
  });

  it('lose the looks of HTML and keep what it says', () => {
    const html =
      '<p>Hi&nbsp;<b>you</b> &amp; me<br />x &lt;y&gt;</p>\n<ul><li>a</li>\n<li>b</li></ul><style>p {}</style><p>&#233;&#x1F600;</p>';
    expect(htmlToText(html)).toBe('Hi you & me\nx <y>\n\n- a\n- b\n\né😀');
  });
});

describe('the history', () => {
  const entry = (Type: string, Field: string, OldValue: string, creator = 'lockstep') =>
    transaction.parse({
      id: 1,
      ObjectId: '7',
      Type,
      Field,
      OldValue,
      Created: '2026-01-01T00:00:00Z',
      Creator: { id: creator },
    });

  it('tells what our write replaced, not what others did (P4)', () => {
    const history = [
      entry('Set', 'Subject', 'mine', 'alice'),
      entry('Set', 'Subject', 'theirs'),
      entry('Set', 'Subject', 'our own'),
      entry('Status', 'Status', 'new'),
      entry('Set', 'Due', '1970-01-01 00:00:00'),
      entry('Set', 'Priority', '50'),
      entry('CustomField', '3', 'Low'),
      entry('CustomField', '4', ''),
      entry('Set', 'Owner', '28'),
    ];
    expect(replacedValues(history, 'lockstep', model)).toEqual({
      subject: 'theirs',
      status: 'new',
      due: null,
      priority: 'Medium',
      cf_3: 'Low',
      cf_4: null,
    });
  });
});
