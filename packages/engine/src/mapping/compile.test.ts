import { connectMemory, MemoryTracker } from '@lockstep/connectors';
import type { Schema } from '@lockstep/sdk';
import { expect, it } from 'vitest';
import type { IntegrationConfiguration, TypeMapping } from '../configuration/integration.ts';
import { compile } from './compile.ts';

const connector = connectMemory(new MemoryTracker('m', () => 0));
const { scope, types } = await connector.schema(new AbortController().signal);

function schema(...titles: string[]): Schema {
  const fields = types[0]?.fields ?? [];
  return { scope, types: titles.map((title) => ({ id: title.toLowerCase(), title, fields })) };
}

function compiled(...rows: (readonly [left: string, right: string, more?: Partial<TypeMapping>])[]) {
  const fields = [{ left: 'title', right: 'title' }];
  const configuration: IntegrationConfiguration = {
    name: 'one',
    left: { connection: 'l', scope: {} },
    right: { connection: 'r', scope: {} },
    types: rows.map(([left, right, more]) => ({ left, right, fields, ...more })),
    interval: 60,
  };
  const schemas = { left: schema('Bug', 'Feature', 'Support'), right: schema('Ticket', 'Story') };
  return compile(configuration, schemas, { left: connector, right: connector });
}

it('maps several types to one; the first from the top is the way back', () => {
  const { typeFor, typeOf } = compiled(['Bug', 'Ticket'], ['Feature', 'Ticket']);
  expect(typeFor('right', { type: 'ticket' })?.title).toBe('Bug ↔ Ticket');
  expect(typeFor('left', { type: 'feature' })?.title).toBe('Feature ↔ Ticket');
  expect(typeOf('feature', 'ticket')?.title).toBe('Feature ↔ Ticket');
});

it('passes over what is switched off on the way back', () => {
  const { typeFor, typeOf } = compiled(['Bug', 'Ticket', { enabled: false }], ['Feature', 'Ticket']);
  expect(typeFor('right', { type: 'ticket' })?.title).toBe('Feature ↔ Ticket');
  expect(typeOf('bug', 'ticket')).toBeUndefined();
});

it('touches no pair of a type whose mapping was deleted, though its counterpart is mapped still (P5)', () => {
  const { typeOf, whyNoType } = compiled(['Bug', 'Ticket'], ['Feature', 'Story']);
  expect(typeOf('support', 'ticket')).toBeUndefined();
  expect(typeOf('bug', 'gone')).toBeUndefined();
  expect(whyNoType('left', { type: 'support' })).toBe('type “support” is not mapped');
  // Somebody made a feature of a bug.
  expect(typeOf('feature', 'ticket')?.title).toBe('Feature ↔ Story');
});
