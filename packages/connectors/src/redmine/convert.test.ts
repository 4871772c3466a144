import { describe, expect, it } from 'vitest';
import { itemOf } from './convert.ts';
import { attachmentsOf, replacedBy } from './history.ts';
import { customValueOf, journalOfVersion, payloadOf, versionOf } from './values.ts';
import { issue as issueSchema } from './wire.ts';
import type { WireIssue } from './wire.ts';

const SHAPES = [
  { id: 2, format: 'list', multiple: true },
  { id: 3, format: 'int', multiple: false },
];
const CONTEXT = { baseUrl: 'https://redmine.example.test', markerField: 1, customFields: SHAPES };

function sample(more: Record<string, unknown> = {}): WireIssue {
  return issueSchema.parse({
    id: 7,
    project: { id: 1, name: 'P' },
    tracker: { id: 2, name: 'Bug' },
    status: { id: 3, name: 'New' },
    author: { id: 5, name: 'Alice' },
    subject: 'S',
    description: 'a\r\nb',
    is_private: false,
    custom_fields: [
      { id: 1, name: 'External ID', value: 'm' },
      { id: 2, name: 'Parts', multiple: true, value: ['b', 'a'] },
      { id: 3, name: 'Count', value: '4' },
    ],
    created_on: '2026-01-02T03:04:05Z',
    updated_on: '2026-01-02T03:05:00Z',
    ...more,
  });
}

const JOURNALS = [
  {
    id: 20,
    user: { id: 5, name: 'Alice' },
    notes: 'hello',
    created_on: '2026-01-02T03:04:30Z',
    private_notes: true,
    details: [{ property: 'attachment', name: '9', old_value: null, new_value: 'a.txt' }],
  },
  {
    id: 21,
    user: { id: 6, name: 'Bob' },
    notes: '',
    created_on: '2026-01-02T03:05:00Z',
    private_notes: false,
    details: [
      { property: 'attr', name: 'subject', old_value: 'old', new_value: 'S' },
      { property: 'cf', name: '2', old_value: null, new_value: 'b' },
      { property: 'cf', name: '2', old_value: 'c', new_value: null },
    ],
  },
];

describe('an issue as an item', () => {
  it('keeps what Redmine stores, line ends included', () => {
    const item = itemOf(sample(), CONTEXT);
    expect(item).toMatchObject({ id: '7', key: '#7', type: '2', marker: 'm', visibility: 'public' });
    expect(item.fields).toMatchObject({ description: 'a\r\nb', cf_2: ['a', 'b'], cf_3: 4, due_date: null });
    expect(item.createdAt).toBe('2026-01-02T03:04:05.000Z');
  });

  it('does not guess who may see it', () => {
    expect(itemOf(sample({ is_private: undefined }), CONTEXT).visibility).toBe('unknown');
    expect(itemOf(sample({ is_private: true }), CONTEXT).visibility).toBe('private');
  });

  it('takes the last author and the times of single fields from the journals', () => {
    const item = itemOf(sample({ journals: JOURNALS }), CONTEXT);
    expect(item.updatedBy).toEqual({ id: '6', name: 'Bob' });
    expect(item.fieldTimes).toMatchObject({
      subject: '2026-01-02T03:05:00.000Z',
      cf_2: '2026-01-02T03:05:00.000Z',
      status_id: '2026-01-02T03:04:05.000Z',
    });
    expect(item.comments).toMatchObject([{ id: '20', body: 'hello', visibility: 'private' }]);
  });

  it('tells two changes within a second apart by their journals', () => {
    const before = sample({ journals: JOURNALS.slice(0, 1) });
    const after = sample({ journals: JOURNALS });
    expect(versionOf(before)).not.toBe(versionOf(after));
    expect(journalOfVersion(versionOf(after))).toBe(21);
  });

  it('keeps a file private that Redmine entered for everybody right before its private note (P6)', () => {
    const entry = {
      id: 20,
      user: { id: 5 },
      created_on: '2026-01-02T03:04:05Z',
      notes: '',
      private_notes: false,
    };
    const details = [{ property: 'attachment', name: '9', old_value: null, new_value: 'a.txt' }];
    const note = { ...entry, id: 21, notes: 'secret', private_notes: true, details: [] };
    const file = { id: 9, filename: 'a.txt', filesize: 3, created_on: '2026-01-02T03:04:05Z' };
    const visibilities = (second: object): unknown =>
      attachmentsOf(sample({ journals: [{ ...entry, details }, second], attachments: [file] })).map(
        (it) => it.visibility,
      );
    expect(visibilities(note)).toEqual(['private']);
    expect(visibilities({ ...note, private_notes: false })).toEqual(['public']);
    expect(visibilities({ ...note, user: { id: 6 } })).toEqual(['public']);
    expect(visibilities({ ...note, created_on: '2026-01-02T03:04:06Z' })).toEqual(['public']);
  });

  it('keeps files of private notes private (P6)', () => {
    const file = { id: 9, filename: 'a.txt', filesize: 3, created_on: '2026-01-02T03:04:30Z' };
    const files = attachmentsOf(sample({ journals: JOURNALS, attachments: [file, { ...file, id: 10 }] }));
    expect(files.map((one) => one.visibility)).toEqual(['private', 'public']);
  });
});

describe('what a write replaced (P4)', () => {
  const issue = sample({ journals: JOURNALS });

  it('is what our own journal behind the expected version says', () => {
    const replaced = replacedBy(issue, ['subject', 'cf_2', 'status_id'], { user: '6', after: 20 }, SHAPES);
    expect(replaced).toEqual({ subject: 'old', cf_2: ['a', 'c'] });
  });

  it('is nothing for journals of others, or from before', () => {
    expect(replacedBy(issue, ['subject'], { user: '5', after: 0 }, SHAPES)).toEqual({});
    expect(replacedBy(issue, ['subject'], { user: '6', after: 21 }, SHAPES)).toEqual({});
  });
});

describe('values', () => {
  it('are sent so that Redmine empties what is empty', () => {
    expect(payloadOf({ assigned_to_id: null, cf_2: [], cf_3: 4, cf_4: true, cf_5: null })).toEqual({
      assigned_to_id: '',
      custom_fields: [
        { id: 2, value: [''] },
        { id: 3, value: '4' },
        { id: 4, value: '1' },
        { id: 5, value: '' },
      ],
    });
  });

  it('are read by their format', () => {
    expect(customValueOf('', { id: 1, format: 'string', multiple: false })).toBeNull();
    expect(customValueOf('0', { id: 1, format: 'bool', multiple: false })).toBe(false);
    expect(customValueOf(['', 'b', 'a'], undefined)).toEqual(['a', 'b']);
    expect(customValueOf('1.5', { id: 1, format: 'float', multiple: false })).toBe(1.5);
  });
});
