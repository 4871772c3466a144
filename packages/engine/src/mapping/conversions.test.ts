import { readFileSync } from 'node:fs';
import path from 'node:path';
import { markdownForm } from '@lockstep/sdk';
import type { FieldDefinition, FieldKind, FieldValue } from '@lockstep/sdk';
import { expect, it, test } from 'vitest';
import { compileField } from './compile-field.ts';
import { conversionOf, KINDS } from './conversions.ts';
import { nobody } from './people.ts';

const MARKS = { whole: '✓', loss: '~', refused: '–' } as const;

it('is shown as it is in the reference', () => {
  const file = path.resolve(import.meta.dirname, '../../../../docs/reference/conversions.md');
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll(/[`*]/g, '').trim()),
    );
  const [head = [], ...told] = rows
    .slice(0, KINDS.length + 2)
    .filter((row) => !(row[0] ?? '').startsWith('-'));
  expect(head.slice(1)).toEqual(KINDS);
  expect(told).toEqual(KINDS.map((from) => [from, ...KINDS.map((to) => MARKS[conversionOf(from, to).how])]));
});

const SAMPLES: Readonly<Record<FieldKind, FieldValue>> = {
  text: '12',
  'rich-text': '*twelve*',
  url: 'https://example.test/12',
  number: 12,
  duration: 90,
  date: '2026-03-05',
  'date-time': '2026-03-05T23:30:00.000Z',
  boolean: true,
  option: '12',
  version: '12',
  status: '12',
  'multi-option': ['12', 'no'],
  tags: ['12', 'no'],
  user: 'ann',
  'multi-user': ['ann', 'ben'],
};

const OPTIONS = ['12', 'yes', 'no', 'twelve'].map((id) => ({ id, title: id }));

function field(id: string, kind: FieldKind, more: Partial<FieldDefinition> = {}): FieldDefinition {
  const chosen = ['option', 'version', 'status', 'multi-option'].includes(kind) ? { options: OPTIONS } : {};
  return { id, title: id, kind, onCreate: true, onUpdate: true, ...chosen, ...more };
}

function compiled(
  left: FieldDefinition,
  right: FieldDefinition,
  more: Partial<Parameters<typeof compileField>[1]> = {},
) {
  return compileField(
    { left: 't', right: 't', fields: [] },
    { left: left.id, right: right.id, ...more },
    { left, right },
    { left: { richText: markdownForm }, right: { richText: markdownForm } },
  );
}

const pairs = KINDS.flatMap((from) => KINDS.map((to) => [from, to] as const)).filter(
  ([from, to]) => conversionOf(from, to).how !== 'refused',
);

it('gives each value the form of its new kind, or says why it does not fit', () => {
  const people = { counterpart: (_: string, id: string) => `r-${id}`, name: (_: string, id: string) => id };
  for (const [from, to] of pairs) {
    const got = compiled(field('a', from), field('b', to)).translate('left', SAMPLES[from], people);
    if (!got.ok) {
      expect(got.reason, `${from} → ${to}`).toMatch(/not|counterpart/);
      continue;
    }
    const isList = to === 'multi-option' || to === 'multi-user' || to === 'tags';
    const wanted = isList
      ? 'array'
      : to === 'number' || to === 'duration'
        ? 'number'
        : to === 'boolean'
          ? 'boolean'
          : 'string';
    expect(Array.isArray(got.value) ? 'array' : typeof got.value, `${from} → ${to}`).toBe(wanted);
  }
});

test.each<[FieldDefinition, FieldDefinition, FieldValue, FieldValue, Parameters<typeof compiled>[2]?]>([
  [
    field('a', 'date-time'),
    field('b', 'date'),
    '2026-03-05T23:30:00.000Z',
    '2026-03-06',
    { zone: 'Europe/Berlin' },
  ],
  [field('a', 'date-time'), field('b', 'date'), '2026-03-05T23:30:00.000Z', '2026-03-05'],
  [
    field('a', 'date'),
    field('b', 'date-time'),
    '2026-07-01',
    '2026-06-30T22:00:00.000Z',
    { zone: 'Europe/Berlin' },
  ],
  // The day on which the clocks of Berlin are put forward begins an hour before the next day does.
  [
    field('a', 'date'),
    field('b', 'date-time'),
    '2026-03-30',
    '2026-03-29T22:00:00.000Z',
    { zone: 'Europe/Berlin' },
  ],
  [
    field('a', 'date-time'),
    field('b', 'text'),
    '2026-07-01T10:00:00.000Z',
    '2026-07-01T12:00:00+02:00',
    { zone: 'Europe/Berlin' },
  ],
  [
    field('a', 'text'),
    field('b', 'date-time'),
    '2026-07-01 12:00',
    '2026-07-01T10:00:00.000Z',
    { zone: 'Europe/Berlin' },
  ],
  [field('a', 'duration', { unit: 'hours' }), field('b', 'duration', { unit: 'minutes' }), 2.5, 150],
  [field('a', 'duration', { unit: 'minutes' }), field('b', 'duration', { unit: 'hours' }), 20, 0.3333],
  [field('a', 'duration', { unit: 'hours' }), field('b', 'text'), 2.5, '2h 30m'],
  [field('a', 'text'), field('b', 'duration', { unit: 'minutes' }), '1:30', 90],
  [field('a', 'tags'), field('b', 'text'), ['x', 'y z'], 'x, y z'],
  [field('a', 'text'), field('b', 'tags'), 'x, y z', ['x', 'y z']],
  [
    field('a', 'option'),
    field('b', 'text'),
    'twelve',
    'A dozen',
    { options: [{ left: 'twelve', right: 'A dozen' }] },
  ],
  [
    field('a', 'text'),
    field('b', 'option'),
    'a DOZEN',
    'twelve',
    { options: [{ left: 'A dozen', right: 'twelve' }] },
  ],
  [field('a', 'boolean'), field('b', 'option'), true, 'yes'],
  [
    field('a', 'option'),
    field('b', 'option'),
    'no',
    'no',
    { options: [{ left: 'yes', right: '12' }], missing: { right: 'text' } },
  ],
  [
    field('a', 'option'),
    field('b', 'option'),
    'no',
    '12',
    { options: [{ left: 'yes', right: '12' }], defaults: { right: '12' } },
  ],
])('%#: what one side means, the other shows', (left, right, value, shown, more) => {
  expect(compiled(left, right, more).translate('left', value, nobody)).toEqual({ ok: true, value: shown });
});

it('refuses an option without counterpart as a missing option', () => {
  const row = { options: [{ left: 'yes', right: '12' }] };
  const got = compiled(field('a', 'option'), field('b', 'option'), row).translate('left', 'no', nobody);
  expect(got).toMatchObject({
    ok: false,
    kind: 'missing-option',
    reason: expect.stringContaining('“no”') as string,
  });
});

it('takes no time and a time of nothing for the same', () => {
  const both = compiled(field('a', 'duration', { unit: 'hours' }), field('b', 'duration'));
  expect(both.same('right', null, 0)).toBe(true);
  expect(both.same('left', 0.3333, 1 / 3)).toBe(true);
});

it('sends no option that its tracker does not have any more: it is missing (P2)', () => {
  const row = { options: [{ left: 'yes', right: 'Gone' }], defaults: { right: 'Gone, too' } };
  const { translate } = compiled(field('a', 'option'), field('b', 'option'), row);
  for (const value of ['yes', 'no'])
    expect(translate('left', value, nobody)).toMatchObject({
      ok: false,
      kind: 'missing-option',
      reason: expect.stringMatching(/b has no option “Gone.*any more/) as string,
    });
});

it('cuts in bytes where the tracker counts those, between two characters, and knows the cut text again', () => {
  const row = compiled(field('a', 'text'), field('b', 'text', { maxBytes: 30 }));
  const whole = 'ü'.repeat(16);
  const cut = row.translate('left', whole, nobody);
  expect(cut).toEqual({
    ok: true,
    value: `${'ü'.repeat(10)}… (cut)`,
    note: 'cut to the 30 bytes that fit',
  });
  expect(row.isCutOf('right', cut.ok ? cut.value : null, whole)).toBe(true);
  expect(row.translate('left', 'ü'.repeat(15), nobody)).toEqual({ ok: true, value: 'ü'.repeat(15) });
});
