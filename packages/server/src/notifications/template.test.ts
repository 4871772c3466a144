import { expect, test } from 'vitest';
import type { Message } from './message.ts';
import { fill, templateFault } from './template.ts';

const message: Message = {
  id: 'one',
  event: 'warning',
  state: 'raised',
  subject: '","admin":true,"x":"',
  summary: 'line\nline\u0000 ${remedy}',
  count: 1,
  at: '2026-01-02T03:04:05.000Z',
  details: [],
};

test('no value gets out of its text', () => {
  const filled = JSON.parse(fill('{"a":"${subject}","b":["${summary}"],"c":1}', message)) as unknown;
  expect(filled).toEqual({ a: message.subject, b: [message.summary], c: 1 });
});

test.each([
  ['{"a":"${summary}"}', undefined],
  ['{"a":${count}}', /not JSON/],
  ['{"a":"${sumary}"}', /\$\{sumary\}; there are only id, event/],
  ['{"a":"${constructor}"}', /constructor/],
  ['{"a":"${summary"}', /\$\{summary/],
  ['"'.padEnd(20_001, 'a'), /longer than/],
])('%.30s', (template, fault) => {
  const found = templateFault(template);
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(fault);
});

test('the fault of a template does not quote it', () => {
  expect(templateFault('{"token": s3cret}')).not.toContain('s3cret');
});
