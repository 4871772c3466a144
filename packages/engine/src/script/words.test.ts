import type { ItemType } from '@lockstep/sdk';
import { expect, test } from 'vitest';
import { fromWords, inWords } from './words.ts';

const options = [
  { id: '1', title: 'New' },
  { id: '2', title: 'Done' },
];
const type: ItemType = {
  id: 'task',
  title: 'Task',
  fields: [
    { id: 'subject', title: 'Title', kind: 'text', onCreate: true, onUpdate: true },
    { id: 'cf_9', title: 'Title', kind: 'text', onCreate: true, onUpdate: true },
    { id: 'status', title: 'Status', kind: 'status', options, onCreate: true, onUpdate: true },
    { id: 'parts', title: 'Parts', kind: 'multi-option', options, onCreate: true, onUpdate: true },
    { id: 'effort', title: 'Effort', kind: 'number', onCreate: true, onUpdate: true },
    { id: 'open', title: 'Open', kind: 'boolean', onCreate: true, onUpdate: true },
  ],
};
const fields = { subject: 'a', cf_9: 'b', status: '2', parts: ['1', '2'], effort: 2.5, open: false };
const words = { Title: 'a', cf_9: 'b', Status: 'Done', Parts: ['New', 'Done'], Effort: 2.5, Open: false };

test('fields and options have the names that people know, there and back', () => {
  expect(inWords(type, fields)).toEqual(words);
  expect(fromWords(type, words)).toEqual(fields);
  expect(fromWords(type, { status: '2', Effort: null })).toEqual({ status: '2', effort: null });
});

test.each([
  [{ Sttus: 'New' }, /no field “Sttus” in Task; there are: Title, cf_9, Status/],
  [{ Status: 'Gone' }, /“Status” takes one of “New”, “Done”, not "Gone"/],
  [{ Effort: '2' }, /“Effort” takes a number/],
  [{ Effort: Number.NaN }, /“Effort” takes a number/],
  [{ Open: 1 }, /“Open” takes true or false/],
  [{ Parts: 'New' }, /“Parts” takes a list/],
  [{ Title: { a: 1 } }, /“Title” takes a text/],
  [['Title'], /an object of fields/],
  ['Title', /an object of fields/],
])('what no field can hold is refused: %j', (given, message) => {
  expect(() => fromWords(type, given)).toThrow(message);
});
