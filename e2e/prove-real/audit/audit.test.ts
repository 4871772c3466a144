import { describe, expect, it } from 'vitest';
import type {
  Change,
  Found,
  FoundComment,
  FoundFile,
  FoundItem,
  KeptConflict,
  Side,
  Told,
} from '../state.ts';
import { audit } from './audit.ts';
import { echoesOf } from './echo.ts';

const AT = Date.parse('2026-01-02T03:04:00.000Z');

/** An item as it should be: made by Alice in Redmine, copied by Lockstep. */
function item(side: Side, more: Partial<FoundItem> = {}): FoundItem {
  const isCopy = side === 'rt';
  return {
    id: isCopy ? '9' : '1',
    url: `http://${side}/${isCopy ? '9' : '1'}`,
    createdBy: isCopy ? 'lockstep' : 'alice',
    createdAt: AT,
    updatedAt: '2026-01-02T03:05:00Z',
    fields: {
      title: '[a000] lamp',
      status: isCopy ? 'new' : 'New',
      priority: isCopy ? 'Medium' : 'Normal',
      assignee: 'bob',
      severity: 'Low',
      due: isCopy ? '2028-01-02 00:00:00' : '2028-01-02',
      details: isCopy ? 'One m000001z.\n\nTwo.' : 'One m000001z.\r\n\r\nTwo.',
    },
    request: '',
    references: [isCopy ? 'http://redmine/1' : 'http://rt/9'],
    changes: [],
    comments: [],
    files: [],
    ownEntries: isCopy ? ['c1'] : [],
    ...more,
  };
}

type Doctored = Partial<Readonly<Record<Side, readonly FoundItem[]>>>;
const found = (more: Doctored = {}): Found => ({ redmine: [item('redmine')], rt: [item('rt')], ...more });

function violations(
  more: Doctored,
  context: {
    readonly rule?: 'never' | 'private';
    readonly conflicts?: readonly KeptConflict[];
    readonly told?: Partial<Told>;
  } = {},
): readonly string[] {
  const { rule = 'private', conflicts = [] } = context;
  const told: Told = { items: ['a000'], comments: [], files: [], ...context.told };
  return audit({ found: found(more), told, conflicts, rule }).violations.map(
    ({ kind, what }) => `${kind}: ${what}`,
  );
}

const change = (more: Partial<Change>): Change => ({
  field: 'title',
  before: '[a000] lamp',
  after: '[a000] desk',
  by: 'alice',
  at: AT + 10_000,
  ...more,
});
const comment = (more: Partial<FoundComment> = {}): FoundComment => ({
  id: '5',
  body: 'The fan m000009z again.',
  by: 'alice',
  private: false,
  ...more,
});
const file = (more: Partial<FoundFile> = {}): FoundFile => ({
  id: '7',
  name: 'fan.bin',
  hash: 'abc',
  by: 'alice',
  private: false,
  ...more,
});
const with_ = (side: Side, more: Partial<FoundItem>): Doctored => ({ [side]: [item(side, more)] });
const titled = (side: Side, title: string, changes: readonly Change[]): FoundItem =>
  item(side, { fields: { ...item(side).fields, title }, changes });

it('has nothing to say about a pair that is as it should be', () => {
  expect(
    audit({
      found: found(),
      told: { items: ['a000'], comments: [], files: [] },
      conflicts: [],
      rule: 'never',
    }),
  ).toEqual({
    pairs: 1,
    violations: [],
  });
});

describe('items', () => {
  it('sees a second copy', () => {
    const twice = [item('rt'), item('rt', { id: '10', url: 'http://rt/10' })];
    expect(violations({ rt: twice })).toEqual(['duplicates: http://rt/10 is there once too often']);
  });

  it('sees an item without a copy, and one that is gone from both sides', () => {
    expect(violations({ rt: [] })).toEqual(['lost: it is not here; on the other side: http://redmine/1']);
    expect(violations({ rt: [], redmine: [] })).toHaveLength(2);
  });

  it('sees a copy that nobody told of, and a title without its token', () => {
    expect(violations({ rt: [item('rt'), titled('rt', '[b007] stray', [])] }, {})).toEqual([
      'lost: it is not here; on the other side: http://rt/9',
    ]);
    expect(violations({ rt: [titled('rt', 'lamp', [])] })[0]).toMatch(/^lost: .* no token/);
  });

  it('sees a reference to another item', () => {
    expect(violations(with_('rt', { references: ['http://redmine/2'] }))).toEqual([
      'diverged: refers to http://redmine/2, its counterpart is http://redmine/1',
    ]);
  });
});

describe('fields', () => {
  it.each([
    ['title', '[a000] other'],
    ['status', 'open'],
    ['priority', 'High'],
    ['assignee', ''],
    ['severity', 'High'],
    ['due', '2028-01-03 00:00:00'],
    ['details', 'One m000001z.\n\nThree.'],
  ] as const)('sees that %s differs', (field, value) => {
    const fields = { ...item('rt').fields, [field]: value };
    const [first, ...others] = violations(with_('rt', { fields }));
    expect(first).toMatch(new RegExp(`^diverged: ${field} is`));
    expect(others).toEqual([]);
  });

  const overwritten = (carried: readonly Change[]): Doctored => ({
    redmine: [
      titled('redmine', '[a000] door', [
        change({}),
        change({ before: '[a000] desk', after: '[a000] door', by: 'lockstep', at: AT + 20_000 }),
      ]),
    ],
    rt: [
      titled('rt', '[a000] door', [
        ...carried,
        change({
          before: carried.at(-1)?.after ?? '[a000] lamp',
          after: '[a000] door',
          by: 'bob',
          at: AT + 15_000,
        }),
      ]),
    ],
  });
  const conflict: KeptConflict = {
    field: 'title',
    items: { redmine: '1', rt: '9' },
    values: { redmine: '[a000] desk', rt: '[a000] door' },
    outcome: 'right',
    reason: 'newer',
  };

  it('sees an edit that was overwritten and stands in no conflict', () => {
    const [only, ...others] = violations(overwritten([]));
    expect(only).toMatch(/^lost: title “\[a000\] desk” by alice .* stands in no conflict/);
    expect(others).toEqual([]);
  });

  it('takes the same for well when the value is in a conflict of this pair, or had got across before', () => {
    expect(violations(overwritten([]), { conflicts: [conflict] })).toEqual([]);
    expect(violations(overwritten([change({ by: 'lockstep', at: AT + 12_000 })]))).toEqual([]);
  });

  it('is not taken in by a conflict of another item, field or value', () => {
    for (const other of [
      { ...conflict, items: { redmine: '1', rt: '10' } },
      { ...conflict, field: 'status' as const },
      { ...conflict, values: { redmine: '[a000] fan', rt: '[a000] desk' } },
    ])
      expect(violations(overwritten([]), { conflicts: [other] })).toHaveLength(1);
  });

  it('sees a value that was rewritten with another of the same meaning', () => {
    const closed = change({ field: 'status', before: 'New', after: 'Closed' });
    const rewritten = change({
      field: 'status',
      before: 'Closed',
      after: 'Resolved',
      by: 'lockstep',
      at: AT + 20_000,
    });
    const fields = (side: Side) => ({
      ...item(side).fields,
      status: side === 'rt' ? 'resolved' : 'Resolved',
    });
    const [only] = violations({
      redmine: [item('redmine', { fields: fields('redmine'), changes: [closed, rewritten] })],
      rt: [
        item('rt', {
          fields: fields('rt'),
          changes: [change({ field: 'status', before: 'new', after: 'resolved', by: 'lockstep' })],
        }),
      ],
    });
    expect(only).toMatch(/^lost: status “Closed” .* rewritten without need/);
  });

  it('takes a change and its way back between two runs for none, unless it had got across', () => {
    const there = change({ field: 'severity', before: 'Low', after: 'Medium' });
    const back = change({ field: 'severity', before: 'Medium', after: 'Low', at: AT + 30_000 });
    const lockstep = change({
      field: 'severity',
      before: 'Low',
      after: 'High',
      by: 'lockstep',
      at: AT + 40_000,
    });
    const bob = change({ field: 'severity', before: 'Low', after: 'High', by: 'bob', at: AT + 29_000 });
    const carried = change({
      field: 'severity',
      before: 'Low',
      after: 'Medium',
      by: 'lockstep',
      at: AT + 20_000,
    });
    const state = (theirs: readonly Change[]): Doctored => ({
      redmine: [
        item('redmine', {
          fields: { ...item('redmine').fields, severity: 'High' },
          changes: [there, back, lockstep],
        }),
      ],
      rt: [item('rt', { fields: { ...item('rt').fields, severity: 'High' }, changes: theirs })],
    });
    expect(violations(state([bob]))).toEqual([]);
    expect(violations(state([carried, { ...bob, before: 'Medium' }]))).toEqual([
      expect.stringMatching(/^lost: severity “Low” by alice/),
    ]);
  });

  it('does not mind what a person overwrote', () => {
    const changes = [change({}), change({ before: '[a000] desk', after: '[a000] door', by: 'bob' })];
    const carried = change({ after: '[a000] door', by: 'lockstep', at: AT + 20_000 });
    expect(
      violations({
        redmine: [titled('redmine', '[a000] door', changes)],
        rt: [titled('rt', '[a000] door', [carried])],
      }),
    ).toEqual([]);
  });
});

describe('long texts', () => {
  const wrote = (before: string, after: string, by = 'alice'): Change =>
    change({ field: 'details', before, after, by });
  const old = item('redmine').fields.details;

  it('sees a sentence that a merge dropped', () => {
    const changes = [wrote(old, `${old} m000002z`), wrote(`${old} m000002z`, old, 'lockstep')];
    const lost = violations(with_('redmine', { changes }));
    expect(lost).toHaveLength(2);
    expect(lost[0]).toMatch(/^lost: the sentence m000002z that alice wrote in redmine/);
  });

  it('takes it for well when a person took the sentence out, or a conflict keeps it', () => {
    const byPerson = [wrote(old, `${old} m000002z`), wrote(`${old} m000002z`, old, 'bob')];
    expect(violations(with_('redmine', { changes: byPerson }))).toEqual([]);
    const atOnce = [wrote(old, `${old} m000002z`), wrote(old, old, 'bob')];
    expect(violations(with_('redmine', { changes: atOnce }))).toEqual([]);
    const merged = [wrote(old, `${old} m000002z`), wrote(`${old} m000002z`, old, 'lockstep')];
    const kept: KeptConflict = {
      field: 'details',
      items: { redmine: '1', rt: '9' },
      values: { redmine: `${old} m000002z`, rt: old },
      outcome: 'right',
      reason: 'overlap',
    };
    expect(violations(with_('redmine', { changes: merged }), { conflicts: [kept] })).toEqual([]);
  });

  it('sees a sentence that stands twice, and a first message that differs', () => {
    const details = 'One m000001z.\n\nOne m000001z.';
    const both = {
      redmine: [item('redmine', { fields: { ...item('redmine').fields, details } })],
      rt: [item('rt', { fields: { ...item('rt').fields, details } })],
    };
    expect(violations(both)).toEqual([
      'duplicates: the sentence m000001z stands more than once in the text',
      'duplicates: the sentence m000001z stands more than once in the text',
    ]);
    expect(violations(with_('redmine', { request: 'something' }))).toEqual([
      'diverged: the first message of the ticket is not what the issue says in Request',
    ]);
  });
});

describe('comments', () => {
  const copy = (more: Partial<FoundComment> = {}): FoundComment =>
    comment({ by: 'lockstep', body: '**Alice Archer:**\n\nThe fan m000009z again.', ...more });
  const state = (mine: readonly FoundComment[], theirs: readonly FoundComment[]): Doctored => ({
    redmine: [item('redmine', { comments: mine })],
    rt: [item('rt', { comments: theirs })],
  });
  const of = (...all: Parameters<typeof violations>): readonly string[] =>
    violations(...all).map((it) => it.split(':')[0] ?? '');

  it('takes one copy for well', () => {
    expect(violations(state([comment()], [copy()]))).toEqual([]);
    expect(violations(state([comment({ private: true })], [copy({ private: true })]))).toEqual([]);
    expect(violations(state([comment({ private: true })], []), { rule: 'never' })).toEqual([]);
  });

  it('sees none, two, one that came back, one that says something else, one that turned private', () => {
    expect(of(state([comment()], []))).toEqual(['lost']);
    expect(of(state([comment()], [copy(), copy({ id: '6' })]))).toEqual(['duplicates']);
    expect(of(state([comment(), copy({ id: '6' })], [copy()]))).toEqual(['duplicates']);
    expect(of(state([comment()], [copy({ body: 'm000009z' })]))).toEqual(['diverged']);
    expect(of(state([comment()], [copy({ private: true })]))).toEqual(['diverged']);
  });

  it('sees a private one that is public on the other side, or there at all against the rule', () => {
    expect(of(state([comment({ private: true })], [copy()]))).toEqual(['leaked']);
    expect(of(state([comment({ private: true })], [copy({ private: true })]), { rule: 'never' })).toEqual([
      'leaked',
    ]);
    expect(of(state([comment({ private: true })], []))).toEqual(['lost']);
  });

  it('sees one that its tracker said yes to and that is nowhere', () => {
    expect(violations({}, { told: { comments: ['m000009z'] } })).toEqual([
      'lost: the comment m000009z is on neither side',
    ]);
  });
});

describe('files', () => {
  const state = (mine: readonly FoundFile[], theirs: readonly FoundFile[]): Doctored => ({
    redmine: [item('redmine', { files: theirs })],
    rt: [item('rt', { files: mine })],
  });
  const of = (...all: Parameters<typeof state>): readonly string[] =>
    violations(state(...all)).map((it) => it.split(':')[0] ?? '');
  const copy = (more: Partial<FoundFile> = {}): FoundFile => file({ by: 'lockstep', ...more });

  it('takes one copy with the same bytes for well, and none of a private one', () => {
    expect(of([file()], [copy()])).toEqual([]);
    expect(of([file({ private: true })], [])).toEqual([]);
  });

  it('sees none, other bytes, two, another name, one that came back, a private one', () => {
    expect(of([file()], [])).toEqual(['lost']);
    expect(of([file()], [copy({ hash: 'def' })])).toEqual(['lost']);
    expect(of([file()], [copy(), copy({ id: '8' })])).toEqual(['duplicates']);
    expect(of([file()], [copy({ name: 'x' })])).toEqual(['diverged']);
    expect(of([file(), copy({ id: '8' })], [copy()])).toEqual(['duplicates']);
    expect(of([file({ private: true })], [copy()])).toEqual(['leaked']);
    expect(violations({}, { told: { files: ['abc'] } })).toEqual(['lost: the file abc is on neither side']);
  });
});

describe('echoes', () => {
  it('counts new entries of Lockstep, items that moved without one, and new items', () => {
    expect(echoesOf(found(), found())).toEqual([]);
    expect(
      echoesOf(found(), found(with_('rt', { ownEntries: ['c1', 'c2', 'c3'], updatedAt: 'later' }))),
    ).toEqual(['http://rt/9 has the new entry c2', 'http://rt/9 has the new entry c3']);
    expect(echoesOf(found(), found(with_('redmine', { updatedAt: 'later' })))).toEqual([
      'http://redmine/1 was touched without an entry',
    ]);
    expect(echoesOf(found(), found({ rt: [item('rt'), item('rt', { id: '10' })] }))).toEqual([
      'http://rt/9 was made',
    ]);
  });
});
