import { isDeepStrictEqual } from 'node:util';
import type { Channel } from '@lockstep/api';
import type { AddressPolicy } from './addresses.ts';
import { DeliveryError, type Message } from './message.ts';
import { post } from './post.ts';
import type { Relay } from './relay.ts';
import { slackPost } from './slack.ts';
import { sendMail } from './smtp.ts';
import { webhookPost } from './webhook.ts';

/** What of a channel is sealed. */
export interface ChannelSecrets {
  readonly password?: string;
  /** Of Slack. */
  readonly url?: string;
  readonly signingKey?: string;
  readonly secretHeaders?: Readonly<Record<string, string>>;
}

/** A channel without its secrets, and those that it came with. */
export function split(channel: Channel): { readonly open: Channel; readonly secrets: ChannelSecrets } {
  switch (channel.type) {
    case 'mail': {
      const { password, ...open } = channel;
      return { open, secrets: password === undefined ? {} : { password } };
    }
    case 'relay':
      return { open: channel, secrets: {} };
    case 'slack': {
      const { url, ...open } = channel;
      return { open, secrets: url === undefined ? {} : { url } };
    }
    case 'webhook': {
      const { signingKey, secretHeaders, ...open } = channel;
      return {
        open,
        secrets: {
          ...(signingKey === undefined ? {} : { signingKey }),
          ...(secretHeaders === undefined ? {} : { secretHeaders }),
        },
      };
    }
  }
}

export function secretNames({ secretHeaders, ...single }: ChannelSecrets): string[] {
  return [
    ...Object.keys(single),
    ...Object.keys(secretHeaders ?? {}).map((name) => `secretHeaders.${name}`),
  ].toSorted();
}

/** Do both lead to the same receiver? A stored secret is sent to no other than it was given for. */
export function isSameReceiver(one: Channel, other: Channel): boolean {
  return isDeepStrictEqual(receiver(one), receiver(other));
}

function receiver(channel: Channel): unknown {
  switch (channel.type) {
    case 'mail':
      return ['mail', channel.host, channel.port, channel.security, channel.authority, channel.user];
    case 'webhook':
      return ['webhook', channel.url];
    default:
      return [channel.type];
  }
}

/** How messages leave this server. */
export interface Ways {
  readonly policy: AddressPolicy;
  /** Of the operator; undefined if there is none. */
  readonly relay: Relay | undefined;
}

/** Sends one message; resolves with what the receiver said, throws `DeliveryError`. */
export async function deliver(
  { policy, relay }: Ways,
  channel: Channel,
  secrets: ChannelSecrets,
  message: Message,
): Promise<string> {
  switch (channel.type) {
    case 'mail':
      return sendMail({ ...channel, password: secrets.password }, message);
    case 'relay': {
      const { recipients, subjectPrefix } = channel;
      if (relay === undefined) throw noRelay();
      return sendMail({ ...relay, recipients, subjectPrefix }, message);
    }
    case 'slack': {
      if (secrets.url === undefined) throw new Error('a channel to Slack has no address');
      return post(slackPost(secrets.url, message), policy);
    }
    case 'webhook': {
      const headers = { ...channel.headers, ...secrets.secretHeaders };
      return post(
        webhookPost({ ...channel, headers, signingKey: secrets.signingKey }, message, Date.now()),
        policy,
      );
    }
  }
}

function noRelay(): DeliveryError {
  return new DeliveryError(
    'this server has no mail relay',
    'Let its operator set LOCKSTEP_RELAY, or enter a mail server of your own.',
  );
}
