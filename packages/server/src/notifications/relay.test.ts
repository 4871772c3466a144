import { expect, it } from 'vitest';
import { parseRelay } from './relay.ts';

it.each([
  ['smtps://u:p%40ss@mail.example.org?from=a@b.c', 'mail.example.org', 465, 'tls', 'u', 'p@ss'],
  ['smtp://mail.example.org:2525?from=a@b.c', 'mail.example.org', 2525, 'starttls', undefined, undefined],
  ['smtp+plain://[::1]?from=a@b.c', '::1', 25, 'none', undefined, undefined],
])('reads %s', (text, host, port, security, user, password) => {
  const { user: its, password: word, ...rest } = parseRelay(text);
  expect(rest).toEqual({ host, port, security, from: 'a@b.c' });
  expect([its, word]).toEqual([user, password]);
});

it.each([
  'mail.example.org',
  'https://mail.example.org?from=a@b.c',
  'smtps://u:s3cret@mail.example.org',
  'smtps://u:s3cret@mail.example.org?from=nobody',
  'smtps://u:s3cret%@mail.example.org?from=a@b.c',
])('refuses %s without repeating it', (text) => {
  expect(() => parseRelay(text)).toThrow(expect.objectContaining({ code: 'relay-unknown' }));
  expect(() => parseRelay(text)).not.toThrow(/s3cret/);
});
