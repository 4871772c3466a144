import { expect, test } from 'vitest';
import { Canaries } from './canary.ts';
import { judge } from './verdict.ts';

const canaries = new Canaries();
const secret = canaries.next();

function answer(status: number, body: string, type = 'application/json', headers = '') {
  return { status, type, headers, body: Buffer.from(body) };
}

const refusal = { type: 't', title: 't', status: 404, code: 'c', detail: 'd', remedy: 'Do it.' };

test.each([
  ['as it is', secret, ''],
  ['in capitals', secret.toUpperCase(), ''],
  ['in a header', '', `x-told\n${secret}`],
  ['in Base64', Buffer.from(`:${secret}:`).toString('base64'), ''],
  ['in Base64, one further', Buffer.from(`a:${secret}:`).toString('base64'), ''],
  ['in Base64, two further', Buffer.from(`ab:${secret}:`).toString('base64'), ''],
])('hears a secret %s', (_how, body, headers) => {
  expect(judge(answer(200, body, 'text/plain', headers), 'GET', canaries)?.fault).toBe('leaks');
});

test('takes a problem document for a refusal, and nothing else', () => {
  const type = 'application/problem+json';
  expect(judge(answer(404, JSON.stringify(refusal), type), 'GET', canaries)).toBeUndefined();
  for (const bad of [
    answer(404, JSON.stringify(refusal)),
    answer(404, JSON.stringify({ ...refusal, remedy: '' }), type),
    answer(400, JSON.stringify(refusal), type),
    answer(404, 'Not found', type),
  ])
    expect(judge(bad, 'GET', canaries)?.fault).toBe('notProblems');
  expect(judge(answer(500, JSON.stringify({ ...refusal, status: 500 }), type), 'GET', canaries)?.fault).toBe(
    'serverErrors',
  );
  expect(judge(answer(200, '{}'), 'GET', canaries)).toBeUndefined();
});
