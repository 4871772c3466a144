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

it.each<[string, TypeMapping[], TypeMapping[], boolean]>([
  ['nothing changed', [TYPE], [TYPE], false],
  ['a field was added', [TYPE], [{ ...TYPE, fields: [] }], false],
  ['a type was added', [], [TYPE], false],
  ['it was switched off', [TYPE], [{ ...TYPE, enabled: false }], false],
  ['it was switched on', [{ ...TYPE, enabled: false }], [TYPE], true],
  ['a reference was added', [TYPE], [{ ...TYPE, reference: { left: 'url' } }], true],
  ['a template was added', [TYPE], [{ ...TYPE, derived: [{ to: 'right', field: 'c', value: 'x' }] }], true],
])('pairs that exist are looked at again where need be: %s', (_, before, after, again) => {
  expect(looksAgain(of(...before), of(...after))).toBe(again);
});
