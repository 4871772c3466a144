import { expect, test } from 'vitest';
import { inWords, parseConfiguration } from './read.ts';
import { renaming, renamingOf } from './renamed.ts';

const file = `connections:
  staging:
    tracker: redmine
    config: { url: http://127.0.0.1:3000, apiKey: "\${env:STAGING_KEY}" }
  desk: { tracker: rt, config: { url: http://127.0.0.1:3200, token: "\${env:RT_TOKEN}" } }
integrations:
  trial:
    enabled: true
    left: { connection: staging, scope: { project: a } }
    right: { connection: desk, scope: { queue: General } }
    types: [{ left: Bug, right: Ticket, fields: [Subject <-> Subject] }]
`;
const env = { RT_TOKEN: 't' };
const given = { connection: ['staging=live'], scope: ['left.project=b', 'left.version=2=3'] };

test('one integration comes under another name, with another connection whose secrets are not asked for', () => {
  const { configuration } = parseConfiguration(file, 'trial.yaml', env, renaming('support', given));
  expect(Object.keys(configuration.connections ?? {})).toEqual(['desk']);
  expect(configuration.integrations?.['support']).toEqual({
    left: { connection: 'live', scope: { project: 'b', version: '2=3' } },
    right: { connection: 'desk', scope: { queue: 'General' } },
    types: [{ left: 'Bug', right: 'Ticket', fields: ['Subject <-> Subject'] }],
  });
});

test('a fault still names its line in the file', () => {
  const { locate } = parseConfiguration(file, 'trial.yaml', env, renaming('support', given));
  const path = ['integrations', 'support', 'types', 0, 'left'];
  const [fault] = locate([
    { path, message: 'there is no type “Bug”', remedy: 'Choose one.', level: 'error' },
  ]);
  expect(fault === undefined ? '' : inWords(fault)).toMatch(/^trial\.yaml:11:/);
});

test.each([
  [{ connection: ['staging'], scope: [] }, /no “NAME=VALUE”/],
  [{ connection: ['other=live'], scope: [] }, /uses no connection “other”/],
  [{ connection: [], scope: ['project=b'] }, /no part of a scope/],
])('what cannot be meant is refused (%#)', (options, message) => {
  expect(() => parseConfiguration(file, 'trial.yaml', env, renaming('support', options))).toThrow(message);
});

test('several integrations cannot share one name', () => {
  const two = `${file}  more:${file.split('trial:')[1] ?? ''}`;
  expect(() => parseConfiguration(two, 'trial.yaml', env, renaming('support', given))).toThrow(
    /2 integrations/,
  );
});

test('nothing is renamed unless it is asked for, and not without a name', () => {
  expect(renamingOf({ connection: [], scope: [] })).toBeUndefined();
  expect(() => renamingOf(given)).toThrow(/none is named/);
});
