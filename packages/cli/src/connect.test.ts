import type { RequestListener } from 'node:http';
import { Unreachable } from '@lockstep/api';
import { expect, test } from 'vitest';
import { serve } from '../../sdk/src/http/testing/server.ts';
import { connect } from './connect.ts';
import { EXIT, Failure } from './exit.ts';
import { toFailure } from './failure.ts';

async function failed(env: NodeJS.ProcessEnv, patience?: number): Promise<Failure> {
  const error: unknown = await connect(env, patience).then(
    () => expect.fail('this should have failed'),
    (reason: unknown) => reason,
  );
  expect(error instanceof Failure || error instanceof Unreachable).toBe(true);
  return toFailure(error);
}

const page: RequestListener = (_, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
const other: RequestListener = (_, response) => response.end('{"hello":1}');
const missing: RequestListener = (_, response) => response.writeHead(404).end('{}');
const broken: RequestListener = (request) => void request.socket.destroy();

test.each([
  ['a web page', page, /it answered 200 and is no Lockstep server/],
  ['other JSON', other, /it answered 200 and is no Lockstep server/],
  ['nothing there', missing, /it answered 404 and is no Lockstep server/],
  ['a broken connection', broken, /it broke the connection/],
  ['silence', () => undefined, /it takes connections and says nothing/],
])('what answers with %s is no server, and that is told at once', async (_, listener, message) => {
  await using server = await serve(listener);
  const { url } = server;
  const failure = await failed({ LOCKSTEP_URL: url, LOCKSTEP_TOKEN: 'lks_one' }, 200);
  expect(failure).toMatchObject({ code: EXIT.unreachable, reason: 'unreachable' });
  expect(failure.message).toMatch(message);
  expect(failure.message).toContain(url);
  expect(failure.remedy).toContain('lockstep serve');
});

test('what is there over TLS only, or over no TLS, is told as that', async () => {
  await using server = await serve(page);
  const url = server.url.replace('http:', 'https:');
  const failure = await failed({ LOCKSTEP_URL: url, LOCKSTEP_TOKEN: 'lks_one' });
  expect(failure.message).toContain('no TLS connection can be made');
});

test.each(['nonsense', 'ftp://127.0.0.1', ''])('LOCKSTEP_URL “%s” is no address', async (url) => {
  const failure = await failed({ LOCKSTEP_URL: url, LOCKSTEP_TOKEN: 'lks_one' });
  expect(failure).toMatchObject({ code: EXIT.input, reason: 'bad-url' });
});

test.each(['two\nlines', 'dash–ed', ' '])(
  'a token that no header can carry is refused, unseen (%#)',
  async (token) => {
    await using server = await serve(page);
    const { url } = server;
    const failure = await failed({ LOCKSTEP_URL: url, LOCKSTEP_TOKEN: token });
    expect(failure).toMatchObject({ code: EXIT.input, reason: 'bad-token' });
    expect(failure.message).toContain('LOCKSTEP_TOKEN');
    if (token.trim() !== '') expect(failure.message + (failure.remedy ?? '')).not.toContain(token);
  },
);
