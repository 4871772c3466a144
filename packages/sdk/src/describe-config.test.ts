import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeConfig } from './describe-config.ts';
import { secret, secretFields } from './secret.ts';

const config = z.strictObject({
  url: z.url().meta({ title: 'Address', description: 'As a browser shows it.' }),
  apiKey: secret('API key'),
  second: secret('Second key').optional(),
  third: secret('Third key').nullable().default(null),
  markerField: z.string().default('Lockstep'),
  mode: z.enum(['fast', 'careful']).default('careful'),
  pages: z.number().int().optional(),
  trusting: z.boolean().default(false).meta({ title: 'Trust everything' }),
  spaced: z.string().transform((text) => text.trim()),
});

it('finds secrets however they are wrapped', () => {
  expect(secretFields(config)).toEqual(['apiKey', 'second', 'third']);
  expect(secretFields(config.readonly())).toEqual(['apiKey', 'second', 'third']);
  expect(secretFields(z.string())).toEqual([]);
});

it('refuses an empty secret by its name', () => {
  expect(secret('API key').safeParse('').error?.issues[0]?.message).toBe('API key is empty');
});

it('describes a form', () => {
  const optional = { required: false, secret: false };
  expect(describeConfig(config)).toEqual([
    {
      name: 'url',
      title: 'Address',
      description: 'As a browser shows it.',
      required: true,
      secret: false,
      kind: 'url',
    },
    { name: 'apiKey', title: 'API key', required: true, secret: true, kind: 'text' },
    { name: 'second', title: 'Second key', required: false, secret: true, kind: 'text' },
    { name: 'third', title: 'Third key', required: false, secret: true, kind: 'text' },
    { name: 'markerField', title: 'Marker field', ...optional, kind: 'text', default: 'Lockstep' },
    {
      name: 'mode',
      title: 'Mode',
      ...optional,
      kind: 'option',
      options: ['fast', 'careful'],
      default: 'careful',
    },
    { name: 'pages', title: 'Pages', ...optional, kind: 'number' },
    { name: 'trusting', title: 'Trust everything', ...optional, kind: 'boolean', default: false },
    { name: 'spaced', title: 'Spaced', required: true, secret: false, kind: 'text' },
  ]);
});

it('has no fields for what is no object', () => {
  expect(describeConfig(z.string())).toEqual([]);
});
