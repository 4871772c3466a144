import { expect, test } from 'vitest';
import { inWords, parseConfiguration } from './read.ts';

const good = `connections:
  shop:
    tracker: redmine
    config:
      url: http://127.0.0.1:3000
      apiKey: \${env:REDMINE_KEY}
integrations:
  both:
    left: { connection: shop, scope: { project: a } }
    right: { connection: shop, scope: { project: b } }
    interval: 5m
    types:
      - left: Bug
        right: Bug
        fields:
          - subject <-> subject
          - { left: status, right: status, options: [[New, New]] }
`;

function failureOf(text: string, env: NodeJS.ProcessEnv = { REDMINE_KEY: 'k' }): string {
  try {
    parseConfiguration(text, 'lockstep.yaml', env);
  } catch (error) {
    return (error as Error).message;
  }
  return 'it was accepted';
}

test('reads a file and puts the environment in', () => {
  const { configuration } = parseConfiguration(good, 'lockstep.yaml', { REDMINE_KEY: 'secret-key' });
  expect(configuration.connections?.['shop']?.config?.['apiKey']).toBe('secret-key');
  expect(configuration.integrations?.['both']?.interval).toBe('5m');
});

test('a variable that is not set is named, with its line', () => {
  expect(failureOf(good, {})).toMatch(/^lockstep\.yaml:6:7: .*REDMINE_KEY is not set/);
});

test('broken YAML is told with its line', () => {
  expect(failureOf('connections:\n  a: [1, 2\nb: 3\n')).toMatch(/^lockstep\.yaml:[23]:\d+: /);
});

test('an unknown setting is told with its line', () => {
  expect(failureOf(good.replace('interval: 5m', 'intervall: 5m'))).toMatch(
    /^lockstep\.yaml:11:5: integrations\.both\.intervall: there is no setting “intervall”/,
  );
});

test('a field row that is none is told with its line, and another fault beside it', () => {
  const message = failureOf(good.replace('subject <-> subject', 'subject = subject').replace('5m', 'soon'));
  expect(message).toMatch(/lockstep\.yaml:16:13: .*no field mapping/);
  expect(message).toMatch(/lockstep\.yaml:11:5: .*no interval/);
});

test('a fault of the server is told with its line in the file', () => {
  const { locate } = parseConfiguration(good, 'lockstep.yaml', { REDMINE_KEY: 'k' });
  const fault = {
    path: ['integrations', 'both', 'types', 0, 'fields', 0, 'right'],
    message: 'no such field',
    remedy: 'Use another.',
    level: 'error' as const,
  };
  expect(locate([fault]).map(inWords)[0]).toMatch(/^lockstep\.yaml:16:13: .*no such field\. Use another\.$/);
});
