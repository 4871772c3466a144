import type { Client, SuggestionInput } from '@lockstep/api';
import { expect, test } from 'vitest';
import { parseConfiguration } from '../document/read.ts';
import { createOutput } from '../output.ts';
import { suggest } from './suggest.ts';

test('a suggestion is a file to apply, with each note above its place', async () => {
  let asked: SuggestionInput | undefined;
  let printed = '';
  const output = createOutput(false, { write: (text: string) => (printed += text) } as never);
  const client = {
    suggest: (body: SuggestionInput) => {
      asked = body;
      return Promise.resolve({
        document: {
          ...body,
          interval: '5m',
          types: [
            {
              left: 'Bug',
              right: 'Ticket',
              fields: [
                'Subject <-> Subject',
                { left: 'Priority', right: 'Priority', options: [['Low', 'Low']] },
              ],
            },
          ],
        },
        notes: [
          { path: ['types', 0], text: 'look at the types' },
          { path: ['types', 0, 'fields', 0], text: 'look at the subject' },
          { path: ['types', 0, 'fields', 1], text: 'look at the priority' },
          { path: ['types', 0, 'fields', 1], text: 'look again' },
        ],
        warnings: [
          { path: ['left', 'connection'], message: 'the account sees nothing', remedy: '', level: 'warning' },
        ],
      });
    },
  } as unknown as Client;
  const scopes = new Map([
    ['left.project', 'support'],
    ['right.queue', 'General'],
  ]);
  await suggest(client, { left: 'a', right: 'b' }, { as: 'one', scopes }, 'desk', output);
  expect(asked).toEqual({
    left: { connection: 'a', scope: { project: 'support' } },
    right: { connection: 'b', scope: { queue: 'General' } },
    group: 'desk',
  });
  const lines = printed.split('\n').map((line) => line.trim());
  const after = (note: string): string => lines[lines.indexOf(`# ${note}`) + 1] ?? '';
  expect(lines[0]).toBe('# left side: the account sees nothing');
  expect(after('look at the types')).toBe('- left: Bug');
  expect(after('look at the subject')).toBe('- Subject <-> Subject');
  expect(after('look at the priority')).toBe('# look again');
  expect(after('look again')).toBe('- left: Priority');
  const { integrations } = parseConfiguration(printed, 'one.yaml', {}).configuration;
  expect(Object.values(integrations ?? {})[0]?.types[0]?.fields).toHaveLength(2);
});
