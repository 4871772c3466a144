import { expect, it } from 'vitest';
import type { IntegrationConfiguration, TypeMapping } from './integration.ts';
import { looksAgain } from './looks-again.ts';

const TYPE: TypeMapping = { left: 'Bug', right: 'Ticket', fields: [{ left: 'a', right: 'b' }] };
const of = (...types: TypeMapping[]): IntegrationConfiguration => ({
  name: 'one',
  left: { connection: 'l', scope: {} },
  right: { connection: 'r', scope: {} },
  types,
  interval: 60,
});

it.each<[string, TypeMapping[], TypeMapping[], string]>([
  ['nothing changed', [TYPE], [TYPE], 'none'],
  ['a field was added', [TYPE], [{ ...TYPE, fields: [] }], 'none'],
  ['a type was added', [], [TYPE], 'held back'],
  ['it was switched off', [TYPE], [{ ...TYPE, enabled: false }], 'held back'],
  ['it was switched on', [{ ...TYPE, enabled: false }], [TYPE], 'all'],
  ['a reference was added', [TYPE], [{ ...TYPE, reference: { left: 'url' } }], 'all'],
  ['a template was added', [TYPE], [{ ...TYPE, derived: [{ to: 'right', field: 'c', value: 'x' }] }], 'all'],
])('pairs that exist are looked at again where need be: %s', (_, before, after, again) => {
  expect(looksAgain(of(...before), of(...after))).toBe(again);
});

it('looks at pairs that are held back once a filter is another one (P2)', () => {
  const filters = { all: { field: 'a', is: 'not empty' } } as const;
  const filtered = { ...of(TYPE), left: { ...of(TYPE).left, filters } };
  expect(looksAgain(filtered, of(TYPE))).toBe('held back');
  expect(looksAgain(filtered, filtered)).toBe('none');
});
