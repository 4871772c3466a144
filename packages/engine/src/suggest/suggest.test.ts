import { connectMemory, MemoryTracker } from '@lockstep/connectors';
import type { FieldDefinition, FieldKind, ItemType, OptionDefinition, Schema } from '@lockstep/sdk';
import { expect, it } from 'vitest';
import { checkConfiguration } from '../mapping/check.ts';
import { suggestMapping } from './suggest.ts';
import { suggestOptions } from './suggest-options.ts';

const connector = connectMemory(new MemoryTracker('m', () => 0));
const connectors = { left: connector, right: connector };

function field(title: string, kind: FieldKind, more: Partial<FieldDefinition> = {}): FieldDefinition {
  const id = title.toLowerCase().replaceAll(' ', '_');
  return { id, title, kind, onCreate: true, onUpdate: true, ...more };
}

const options = (...titles: string[]): OptionDefinition[] =>
  titles.map((title) => ({ id: title.toLowerCase(), title: title.replace('*', '') }));
const statuses = (...titles: string[]): OptionDefinition[] =>
  options(...titles).map((option, index) => ({ ...option, closed: titles[index]?.endsWith('*') === true }));

function schema(...types: ItemType[]): Schema {
  return { scope: { id: 's', title: 's' }, types };
}

/** As Redmine and Request Tracker tell of themselves. */
const REDMINE: readonly FieldDefinition[] = [
  field('Subject', 'text', { required: true, maxLength: 255 }),
  field('Description', 'rich-text'),
  field('Status', 'status', {
    options: statuses('New', 'In Progress', 'Resolved', 'Feedback', 'Closed*', 'Rejected*'),
  }),
  field('Priority', 'option', { options: options('Low', 'Normal', 'High', 'Urgent', 'Immediate') }),
  field('Assignee', 'user'),
  field('Category', 'option', { options: options('Printing', 'Network') }),
  field('Due date', 'date'),
  field('% Done', 'number'),
  field('Estimated time', 'duration', { unit: 'hours' }),
  field('Place', 'option', { options: options('Berlin', 'Paris', 'Rome') }),
];
const TICKET: readonly FieldDefinition[] = [
  field('External URL', 'url'),
  field('Subject', 'text', { required: true, maxLength: 200 }),
  field('Description', 'rich-text', { onUpdate: { reason: 'It is the first message.' } }),
  field('Status', 'status', { options: statuses('New', 'Open', 'Stalled', 'Resolved*', 'Rejected*') }),
  field('Owner', 'user'),
  field('Priority', 'option', { options: options('Low', 'Medium', 'High') }),
  field('Due', 'date-time'),
  field('Time estimated (minutes)', 'duration', { unit: 'minutes' }),
  field('Site', 'option', { options: options('Paris', 'Berlin', 'Rome', 'Oslo') }),
];
const redmine = schema(
  { id: '1', title: 'Bug', fields: REDMINE },
  { id: '2', title: 'Feature', fields: REDMINE },
);
const tickets = schema({ id: 'ticket', title: 'Ticket', fields: TICKET });

it('proposes types, fields and options that pass the check as they are', () => {
  const schemas = { left: redmine, right: tickets };
  const { types, notes } = suggestMapping(schemas, connectors);
  expect(types.map(({ left, right }) => `${left} ↔ ${right}`)).toEqual(['Bug ↔ Ticket', 'Feature ↔ Ticket']);
  const rows = Object.fromEntries((types[0]?.fields ?? []).map((row) => [row.left, row]));
  expect(Object.values(rows).map(({ left, right }) => `${left} ↔ ${right}`)).toEqual([
    'Subject ↔ Subject',
    'Description ↔ Description',
    'Status ↔ Status',
    'Priority ↔ Priority',
    'Assignee ↔ Owner',
    'Due date ↔ Due',
    'Estimated time ↔ Time estimated (minutes)',
    'Place ↔ Site',
  ]);
  expect(types[0]?.reference).toEqual({ right: 'External URL' });
  expect(rows['Description']).toMatchObject({ direction: 'both', onUpdate: false });
  const table = (left: string) => rows[left]?.options?.map((row) => `${row.left} ↔ ${row.right}`);
  expect(table('Status')).toEqual([
    'New ↔ New',
    'Resolved ↔ Resolved',
    'Rejected ↔ Rejected',
    'Feedback ↔ Stalled',
    'In Progress ↔ Open',
    'Closed ↔ Resolved',
  ]);
  expect(table('Priority')).toEqual([
    'Low ↔ Low',
    'High ↔ High',
    'Normal ↔ Medium',
    'Urgent ↔ High',
    'Immediate ↔ High',
  ]);
  expect(rows['Place']?.options).toBeUndefined();
  const told = notes.map(({ text }) => text).join('\n');
  expect(told).toMatch(/without a counterpart on the left side: Oslo/);
  expect(told).toMatch(/not mapped of the left side: Category, % Done/);
  const configuration = {
    name: 'one',
    left: { connection: 'l', scope: {} },
    right: { connection: 'r', scope: {} },
    types,
    interval: 60,
  };
  const faults = checkConfiguration(configuration, schemas, connectors);
  expect(faults.filter(({ level }) => level === 'error')).toEqual([]);
});

it('creates nothing where a required field has no source, and says so', () => {
  const strict = [...TICKET, field('Cost centre', 'text', { required: true })];
  const schemas = { left: redmine, right: schema({ id: 'ticket', title: 'Ticket', fields: strict }) };
  const { types, notes } = suggestMapping(schemas, connectors);
  expect(types[0]?.create).toEqual({ right: false });
  expect(notes.map(({ text }) => text).join()).toMatch(/Cost centre: required on the right side/);
});

it('takes types of the same meaning for the same, and leaves the others alone', () => {
  const type = (title: string): ItemType => ({ id: title, title, fields: REDMINE });
  const left = schema(type('Bug'), type('User Story'), type('Epic'));
  const right = schema(type('Feature'), type('Incident'), type('Change'));
  const { types, notes } = suggestMapping({ left, right }, connectors);
  expect(types.map((one) => `${one.left} ↔ ${one.right}`)).toEqual([
    'Bug ↔ Incident',
    'User Story ↔ Feature',
  ]);
  expect(notes.filter(({ path }) => path.length === 1).map(({ text }) => text)).toEqual([
    'not mapped, so never touched, on the left side: Epic',
    'not mapped, so never touched, on the right side: Change',
  ]);
});

it('leaves large tables of the same titles to the titles, and guesses nothing in them', () => {
  const many = Array.from({ length: 500 }, (_, index) => `Site ${index}`);
  const left = field('Site', 'option', { options: options(...many, 'Minor') });
  const right = field('Site', 'option', { options: options(...many, 'Low') });
  const { options: rows, unmatched } = suggestOptions({ left, right });
  expect(rows).toBeUndefined();
  expect(unmatched).toEqual({ left: ['Minor'], right: ['Low'] });
});
