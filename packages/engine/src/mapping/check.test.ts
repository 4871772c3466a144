import { connectMemory, MemoryTracker } from '@lockstep/connectors';
import type { Schema } from '@lockstep/sdk';
import { describe, expect, it } from 'vitest';
import type { TypeMapping } from '../configuration/integration.ts';
import { checkConfiguration } from './check.ts';

const connector = connectMemory(new MemoryTracker('m', () => 0));
const schema: Schema = await connector.schema(new AbortController().signal);

function faults(type: Partial<TypeMapping>, schemas = { left: schema, right: schema }) {
  const fields = [{ left: 'title', right: 'title' }];
  return checkConfiguration(
    {
      name: 'one',
      left: { connection: 'l', scope: {} },
      right: { connection: 'r', scope: {} },
      types: [{ left: 'task', right: 'task', fields, ...type }],
      interval: 60,
    },
    schemas,
    { left: connector, right: connector },
  );
}

const derived = (template: string, to: 'left' | 'right' = 'right') => ({
  derived: [{ to, field: 'description', template }],
});

describe('what cannot work is refused when it is saved', () => {
  it.each<[string, Partial<TypeMapping>, RegExp]>([
    ['an unknown placeholder', derived('${left.sprint}'), /\$\{left\.sprint\}” means nothing/],
    ['a placeholder without a side', derived('${sprint}'), /\$\{sprint\}” means nothing/],
    ['a placeholder of the side written to', derived('${right.key}'), /reads the side that it is written to/],
    ['what changes with every write', derived('${left.updatedAt}'), /again without end/],
    [
      'a template that would grow',
      {
        fields: [{ left: 'title', right: 'title' }],
        derived: [
          { to: 'right', field: 'description', template: '- ${left.description}' },
          { to: 'left', field: 'description', template: '- ${right.description}' },
        ],
      },
      /grow without end/,
    ],
    [
      'a fixed value that is no option',
      { derived: [{ to: 'right', field: 'priority', value: 'Huge' }] },
      /no option “Huge”/,
    ],
    [
      'a fixed value of another kind',
      { derived: [{ to: 'right', field: 'due', value: 'soon' }] },
      /not a date/,
    ],
    ['a field written twice', { derived: [{ to: 'right', field: 'title', value: 'x' }] }, /mapped twice/],
    [
      'a zone that is not there',
      { derived: [{ to: 'right', field: 'due', value: '2026-01-01', zone: 'Mars' }] },
      /time zone/,
    ],
    [
      'kinds that do not go together',
      {
        fields: [
          { left: 'title', right: 'title' },
          { left: 'due', right: 'priority' },
        ],
      },
      /means nothing in a field of the kind option/,
    ],
  ])('%s', (_, type, told) => {
    const found = faults(type).filter((fault) => fault.level === 'error');
    expect(found.map((fault) => fault.message).join()).toMatch(told);
    expect(found.every((fault) => fault.remedy !== '')).toBe(true);
  });

  it('but not what is escaped, nor what reads the other side', () => {
    expect(faults(derived('$${left.sprint} ${left.Title} ${left.key} ${left.url} ${left.reporter}'))).toEqual(
      [],
    );
  });

  it('and a loss is told', () => {
    const [fault] = faults({
      fields: [
        { left: 'title', right: 'title' },
        { left: 'assignee', right: 'reference', direction: 'to-right' },
      ],
    });
    expect(fault).toMatchObject({ level: 'error' });
    const row = { left: 'assignee', right: 'description', direction: 'to-right' } as const;
    expect(faults({ fields: [{ left: 'title', right: 'title' }, row] })).toMatchObject([
      { level: 'warning', message: expect.stringContaining('only the name is left') as string },
    ]);
  });
});
