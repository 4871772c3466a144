import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AddressPolicy } from './addresses.ts';
import type { DeliveryError, Message } from './message.ts';
import { post } from './post.ts';
import { slackPost } from './slack.ts';
import { sendMail, type SmtpSettings } from './smtp.ts';
import { sign, webhookPost } from './webhook.ts';

const message: Message = {
  id: '0190-one',
  event: 'run-failed',
  state: 'raised',
  subject: 'support',
  summary: 'the run failed <!channel>',
  remedy: 'Look at the log.',
  count: 3,
  at: '2026-01-02T03:04:05.000Z',
  details: ['SUP-1: "quoted" \\ text'],
};
const policy = new AddressPolicy(['127.0.0.0/8', '::1']);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let close = closing.pop(); close !== undefined; close = closing.pop()) await close();
});

async function failureOf(sending: Promise<string>): Promise<DeliveryError> {
  return sending.then(
    () => {
      throw new Error('it was delivered');
    },
    (error: unknown) => error as DeliveryError,
  );
}

describe('mail', () => {
  let folder = '';
  let key = '';
  let cert = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lockstep-mail-'));
    const file = (name: string): string => path.join(folder, name);
    const asked = '-x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost';
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
    const to = ['-addext', names, '-keyout', file('key'), '-out', file('cert')];
    await promisify(execFile)('openssl', ['req', ...asked.split(' '), ...to]);
    key = await readFile(file('key'), 'utf8');
    cert = await readFile(file('cert'), 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function mailServer(options: SMTPServerOptions = {}) {
    const mails: { text: string; user: string; secure: boolean }[] = [];
    const server = new SMTPServer({
      authOptional: true,
      key,
      cert,
      onAuth: ({ username, password }, _session, done) =>
        password === 'right' ? done(null, { user: username ?? '' }) : done(new Error('wrong password')),
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('nobody@') ? done(new Error('no such user')) : done(),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          mails.push({ text, user: String(session.user ?? ''), secure: session.secure });
          done();
        });
      },
      ...options,
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise<void>((resolve) => server.close(resolve)));
    const settings: SmtpSettings = {
      host: '127.0.0.1',
      port: (server.server.address() as AddressInfo).port,
      security: 'none',
      from: 'lockstep@example.org',
      recipients: ['admin@example.org'],
      subjectPrefix: '[sync]',
    };
    return { mails, settings };
  }

  test.each(['tls', 'starttls'] as const)('%s with user and password', async (security) => {
    const { mails, settings } = await mailServer({ secure: security === 'tls', authOptional: false });
    await sendMail({ ...settings, security, authority: cert, user: 'robot', password: 'right' }, message);
    expect(mails).toEqual([{ text: expect.any(String) as string, user: 'robot', secure: true }]);
    expect(mails[0]?.text).toContain('Message-ID: <0190-one@lockstep>');
    expect(mails[0]?.text).toContain('Subject: [sync] support: the run failed <!channel>');
    expect(mails[0]?.text).toContain('What to do: Look at the log.');
  });

  test('a wrong password is told without the password', async () => {
    const { mails, settings } = await mailServer({ secure: true });
    const failure = await failureOf(
      sendMail({ ...settings, security: 'tls', authority: cert, user: 'robot', password: 's3cret' }, message),
    );
    expect(failure.message).toBe('the mail server refused the user or password (it answered 535)');
    expect(failure.lasting).toBe(true);
    expect(mails).toEqual([]);
  });

  test('a certificate nobody vouches for is refused, and nothing is told', async () => {
    const { mails, settings } = await mailServer({ secure: true });
    const failure = await failureOf(sendMail({ ...settings, security: 'tls' }, message));
    expect(failure.message).toMatch(/encrypted|reached/);
    expect(mails).toEqual([]);
  });

  test('StartTLS that is not offered is not done without', async () => {
    const { mails, settings } = await mailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const failure = await failureOf(
      sendMail({ ...settings, security: 'starttls', user: 'robot', password: 'right' }, message),
    );
    expect(failure.name).toBe('DeliveryError');
    expect(mails).toEqual([]);
  });

  test('refused recipients are told, all or some', async () => {
    const { mails, settings } = await mailServer();
    const all = await failureOf(sendMail({ ...settings, recipients: ['nobody@example.org'] }, message));
    expect(all.message).toContain('refused the sender or every recipient');
    const some = await failureOf(
      sendMail({ ...settings, recipients: ['nobody@example.org', 'admin@example.org'] }, message),
    );
    expect(some.message).toContain('refused 1 of 2 recipients');
    expect(mails).toHaveLength(1);
  });

  test('a server that is not there', async () => {
    const { settings } = await mailServer();
    await closing.pop()?.();
    const failure = await failureOf(sendMail(settings, message));
    expect(failure.message).toContain('could not be reached');
    expect(failure.lasting).toBe(false);
  });
});

describe('webhook', () => {
  async function receiver(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    const got: { headers: IncomingMessage['headers']; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        got.push({ headers: request.headers, body });
        answer(request, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=s3cret` };
  }
  const answering =
    (status: number, headers: Record<string, string> = {}) =>
    (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(status, headers).end();

  test('carries the filled template, own headers, the id and a signature over time and body', async () => {
    const { got, url } = await receiver(answering(204));
    const settings = {
      url,
      template: '{"text":"${summary}: ${details}","by":["${event}"]}',
      headers: { 'X-Team': 'support', 'Lockstep-Id': 'forged', 'Transfer-Encoding': 'chunked' },
      signingKey: 'key',
    };
    await post(webhookPost(settings, message, 1_700_000_000_999), policy);
    const [first] = got;
    expect(JSON.parse(first?.body ?? '')).toEqual({
      text: 'the run failed <!channel>: SUP-1: "quoted" \\ text',
      by: ['run-failed'],
    });
    expect(first?.headers).toMatchObject({
      'x-team': 'support',
      'content-length': String(Buffer.byteLength(first?.body ?? '')),
      'lockstep-id': '0190-one',
      'lockstep-timestamp': '1700000000',
      'lockstep-signature': sign('key', '1700000000', first?.body ?? ''),
    });
  });

  test.each([
    [500, false],
    [429, false],
    [410, true],
  ])('an answer of %i, for good: %s', async (status, lasting) => {
    const { url } = await receiver(answering(status));
    const failure = await failureOf(post(webhookPost({ url }, message, 0), policy));
    expect([failure.message, failure.lasting]).toEqual([`it answered ${status}`, lasting]);
  });

  test('a redirect is not followed', async () => {
    const inside = await receiver(answering(200));
    const { url } = await receiver(answering(307, { location: inside.url }));
    const failure = await failureOf(post(webhookPost({ url }, message, 0), policy));
    expect(failure.message).toContain('a redirect, which is not followed');
    expect(inside.got).toEqual([]);
  });

  test('a receiver that hangs, or never ends its answer, is left', async () => {
    const hanging = await receiver(() => undefined);
    const slow = await receiver((_, response) => response.writeHead(200).write('a'));
    for (const { url } of [hanging, slow]) {
      const failure = await failureOf(post(webhookPost({ url }, message, 0), policy, { patience: 100 }));
      expect(failure.message).toBe('no full answer within 100 ms');
    }
  });

  test('an endless answer is not read on', async () => {
    const { url } = await receiver((_, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        if (response.write('a'.repeat(10_000))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    const failure = await failureOf(post(webhookPost({ url }, message, 0), policy));
    expect(failure.message).toContain('longer than');
  });

  test('nothing is sent to an address inside, by number or by name, and the path is not told', async () => {
    const { got, url } = await receiver(answering(200));
    const { port } = new URL(url);
    for (const host of ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost']) {
      const failure = await failureOf(
        post(
          webhookPost({ url: `http://${host}:${port}/hook?token=s3cret` }, message, 0),
          new AddressPolicy([]),
        ),
      );
      expect(failure.message).toContain('is not a public address');
      expect(failure.message).not.toContain('s3cret');
    }
    expect(got).toEqual([]);
  });
});

test.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['10.0.0.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['::1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::7f00:1', false],
])('%s is admitted: %s', (address, admitted) => {
  expect(new AddressPolicy([]).admits(address)).toBe(admitted);
});

test('an allowed network is admitted, and no other', () => {
  const own = new AddressPolicy(['10.1.0.0/16']);
  expect([own.admits('10.1.2.3'), own.admits('::ffff:10.1.2.3'), own.admits('10.2.0.1')]).toEqual([
    true,
    true,
    false,
  ]);
  expect(() => new AddressPolicy(['inside'])).toThrow(/neither an address nor a network/);
});

const contracts = path.join(import.meta.dirname, '../../../../../shared/contracts');

test('what Slack is sent fits its contract, whatever the message says', async () => {
  const contract: unknown = JSON.parse(
    await readFile(path.join(contracts, 'slack-incoming-webhook.json'), 'utf8'),
  );
  const validate = new Ajv({ strict: false, allErrors: true }).compile(contract as object);
  const long = '<!channel> & '.repeat(5_000);
  for (const change of [
    {},
    { summary: long, details: [long] },
    { state: 'recovered', details: [], count: 0 },
  ]) {
    const { body } = slackPost('https://hooks.example.org/x', { ...message, ...change } as Message);
    expect(validate(JSON.parse(body)) ? [] : validate.errors).toEqual([]);
  }
  expect(validate({ text: 'x', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '' } }] })).toBe(
    false,
  );
});

test('Slack is told texts, never links or mentions', () => {
  const { body } = slackPost('https://hooks.example.org/x', { ...message, details: ['&'.repeat(5_000)] });
  const payload = JSON.parse(body) as { text: string; blocks: [{ text: { text: string } }] };
  expect(payload.text).toBe('support: the run failed &lt;!channel&gt;');
  expect(payload.blocks[0].text.text.length).toBeLessThanOrEqual(3_000);
  expect(payload.blocks[0].text.text).toMatch(/&amp;…$/);
});
