import { systemRandom } from '../jobs/clock.ts';
import type { Log } from '../postgres/log.ts';
import { DeliveryError } from './message.ts';
import type { Message } from './message.ts';
import type { Claim, Claims, DueMessage } from './claims.ts';

/** Milliseconds between looks for messages that are due. */
const ROUND = 1_000;
/** Milliseconds between renewals of what is claimed. */
const RENEWAL = 10_000;
/** Notifications served side by side. */
const WIDTH = 4;

/** Sends a message by the channel of its notification; resolves with what the receiver said. */
export type Send = (claim: Claim, message: Message) => Promise<string>;

/**
 * Takes messages from the outbox to their receivers. Each notification is served by one server at a time, its messages in
 * their order; what a server that died had in hand is sent again by another, with the same id.
 */
export class Courier {
  private readonly log: Log;
  private readonly claims: Claims;
  private readonly send: Send;
  private readonly ended: (notification: string, outcome: 'sent' | 'failed' | 'retried') => void;
  /** Of this one server process, also where several share a process. */
  private readonly holder = systemRandom.id();
  private readonly atWork = new Map<string, Promise<void>>();
  private timers: NodeJS.Timeout[] = [];
  private isEnding = false;
  private looking: Promise<void> | undefined;

  constructor(parts: {
    readonly log: Log;
    readonly claims: Claims;
    readonly send: Send;
    readonly ended: (notification: string, outcome: 'sent' | 'failed' | 'retried') => void;
  }) {
    this.log = parts.log;
    this.claims = parts.claims;
    this.send = parts.send;
    this.ended = parts.ended;
  }

  start(): void {
    this.timers = [setInterval(() => this.look(), ROUND), setInterval(() => this.renew(), RENEWAL)];
    for (const timer of this.timers) timer.unref();
  }

  /** Messages in hand are sent or fail; the others wait for the next server. */
  async stop(): Promise<void> {
    this.isEnding = true;
    await this.looking;
    await Promise.all(this.atWork.values());
    for (const timer of this.timers) clearInterval(timer);
  }

  private look(): void {
    if (this.looking !== undefined || this.isEnding) return;
    this.looking = this.begin()
      .catch((error: unknown) => this.warn(error, 'it could not be seen whether messages wait'))
      .finally(() => {
        this.looking = undefined;
      });
  }

  private async begin(): Promise<void> {
    const free = WIDTH - this.atWork.size;
    if (free <= 0) return;
    for (const claim of await this.claims.take(this.holder, free)) {
      const work = this.serve(claim)
        .catch((error: unknown) => this.warn(error, 'messages could not be sent'))
        .finally(() => this.atWork.delete(claim.id));
      this.atWork.set(claim.id, work);
    }
  }

  private renew(): void {
    if (this.atWork.size === 0) return;
    this.claims.renew(this.holder).catch((error: unknown) => this.warn(error, 'claims could not be renewed'));
  }

  /** One message after the other, until none is due, the limit is reached, or the receiver fails. */
  private async serve(claim: Claim): Promise<void> {
    try {
      while (!this.isEnding) {
        if (await this.claims.isLimited(claim)) return;
        const due = await this.claims.next(claim);
        if (due === undefined || !(await this.attempt(claim, due))) return;
      }
    } finally {
      await this.claims.release(claim.id, this.holder);
    }
  }

  /** Whether the next message may be tried right away. */
  private async attempt(claim: Claim, due: DueMessage): Promise<boolean> {
    try {
      const said = await this.send(claim, due.message);
      await this.claims.sent(claim, due, said);
      this.ended(claim.name, 'sent');
      return true;
    } catch (error) {
      const failure = known(error);
      const isLasting = await this.claims.failed(claim, due, failure);
      this.ended(claim.name, isLasting ? 'failed' : 'retried');
      this.log.warn(
        { notification: claim.name, message: due.message.id, attempt: due.attempts, reason: failure.message },
        isLasting ? 'a message could not be delivered' : 'a message is tried again later',
      );
      return isLasting;
    }
  }

  private warn(error: unknown, what: string): void {
    this.log.warn({ reason: error instanceof Error ? error.message : String(error) }, what);
  }
}

function known(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new DeliveryError(
    `it could not be sent: ${reason}`,
    'Look at the channel; if it stays, report it with the log.',
  );
}
