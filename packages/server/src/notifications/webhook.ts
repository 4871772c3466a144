import { createHmac } from 'node:crypto';
import type { Message } from './message.ts';
import type { Post } from './post.ts';
import { fill } from './template.ts';

export interface WebhookSettings {
  readonly url: string;
  readonly template?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signingKey?: string | undefined;
}

export const standardTemplate = JSON.stringify(
  Object.fromEntries(
    ['id', 'event', 'state', 'subject', 'summary', 'remedy', 'count', 'at', 'details'].map((name) => [
      name,
      `\${${name}}`,
    ]),
  ),
);

/** Headers that say where a request goes and where it ends are ours. */
const FRAMING = [
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'expect',
  'upgrade',
];

/** `now` in milliseconds; the time is signed too, so that a receiver can refuse what somebody sends again later. */
export function webhookPost(settings: WebhookSettings, message: Message, now: number): Post {
  const body = fill(settings.template ?? standardTemplate, message);
  const timestamp = String(Math.floor(now / 1000));
  const signed =
    settings.signingKey === undefined
      ? {}
      : { 'lockstep-signature': sign(settings.signingKey, timestamp, body) };
  const own = Object.fromEntries(
    Object.entries(settings.headers ?? {})
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !FRAMING.includes(name)),
  );
  return {
    url: settings.url,
    body,
    headers: { ...own, 'lockstep-id': message.id, 'lockstep-timestamp': timestamp, ...signed },
  };
}

/** `sha256=` and the HMAC-SHA256, in hexadecimal, of `timestamp.body`. */
export function sign(key: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}`;
}
