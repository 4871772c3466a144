import type { NotificationEvent } from '@lockstep/api';

/** `test`: somebody tries whether it arrives. */
export type EventKind = NotificationEvent | 'test';

/** One message to one channel. It names keys and reasons, never what an item says. */
export interface Message {
  /** The same for every attempt, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly event: EventKind;
  readonly state: 'raised' | 'recovered';
  /** The integration or connection spoken of. */
  readonly subject: string;
  readonly summary: string;
  readonly remedy?: string;
  /** How many events it stands for. */
  readonly count: number;
  /** ISO 8601, of the first of them. */
  readonly at: string;
  /** Of some of them, a line each. */
  readonly details: readonly string[];
}

/** A channel did not take a message. */
export class DeliveryError extends Error {
  /** The same attempt would fail again: nothing is gained by trying before somebody has mended it. */
  readonly lasting: boolean;
  readonly remedy: string;
  constructor(message: string, remedy: string, lasting = false) {
    super(message);
    this.name = 'DeliveryError';
    this.remedy = remedy;
    this.lasting = lasting;
  }
}

export function titleOf(message: Message): string {
  const state = message.state === 'recovered' ? 'Recovered: ' : '';
  return `${state}${message.subject}: ${message.summary}`.replaceAll(/\s+/g, ' ').slice(0, 200);
}

export function textOf(message: Message): string {
  const more = message.count - message.details.length;
  return [
    `${message.state === 'recovered' ? 'Recovered: ' : ''}${message.subject}: ${message.summary}`,
    ...(message.details.length === 0 ? [] : ['']),
    ...message.details.map((line) => `- ${line}`),
    ...(message.details.length > 0 && more > 0 ? [`- and ${more} more`] : []),
    ...(message.remedy === undefined ? [] : ['', `What to do: ${message.remedy}`]),
    '',
    `Since ${message.at}. Event: ${message.event}.`,
  ].join('\n');
}
