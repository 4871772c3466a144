import { expect, test } from 'vitest';
import { IntegrationDocument } from './integration.ts';
import { printIntegration } from './print.ts';

const given = {
  left: { connection: 'redmine', scope: { project: 'support' } },
  right: { connection: 'rt', scope: { queue: 'General' } },
  interval: '5m',
  filters: { left: { all: { and: [{ field: 'tracker', is: 'equals', value: 'Bug' }] } } },
  types: [
    {
      left: 'Bug',
      right: 'Ticket',
      fields: [
        'subject <-> Subject',
        'due_date -> Due',
        {
          left: 'status',
          right: 'Status',
          policy: 'left',
          options: [
            ['New', 'new'],
            [1, 'open'],
          ],
          defaults: { right: 'open' },
        },
      ],
      derived: [
        { right: 'Summary', template: '[${left.key}] ${left.Subject}', tooLong: 'refuse' },
        { left: 'Source', value: 'Helpdesk', onUpdate: false },
      ],
      comments: { direction: '->', internal: 'private' },
      attachments: '<->',
    },
  ],
};

test('a document is read into the full form', () => {
  const read = IntegrationDocument.parse(given);
  expect(read.interval).toBe(300);
  expect(read.types[0]?.fields[1]).toEqual({ left: 'due_date', right: 'Due', direction: 'to-right' });
  expect(read.types[0]?.fields[2]?.options).toEqual([
    { left: 'New', right: 'new' },
    { left: '1', right: 'open' },
  ]);
  expect(read.types[0]?.comments).toEqual({ direction: 'to-right', internal: 'private' });
});

test('what is printed reads back the same', () => {
  const read = IntegrationDocument.parse(given);
  const printed = printIntegration(read);
  expect(printed['interval']).toBe('5m');
  expect(IntegrationDocument.parse(printed)).toEqual(read);
});

test.each([
  [{ ...given, interval: 'soon' }, 'interval'],
  [{ ...given, typos: 1 }, ''],
  [
    { ...given, types: [{ left: 'a', right: 'b', fields: ['x <-> y'], derived: [{ left: 'z' }] }] },
    'types.0.derived.0',
  ],
  [{ ...given, types: [{ left: 'a', right: 'b', fields: ['subject = Subject'] }] }, 'types.0.fields.0'],
  [{ ...given, filters: { left: { all: { field: 'x', is: 'regex', value: '(' } } } }, 'filters.left.all'],
])('a fault names its place (%#)', (document, place) => {
  const result = IntegrationDocument.safeParse(document);
  expect(result.success).toBe(false);
  expect(result.error?.issues[0]?.path.join('.')).toContain(place);
});
