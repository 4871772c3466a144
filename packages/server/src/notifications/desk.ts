import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  Channel,
  Fault,
  Notification,
  NotificationDocument,
  NotificationMessage,
  NotificationTest,
  Outcome,
} from '@lockstep/api';
import type { AuditLog } from '../audit/audit-log.ts';
import { Refusal } from '../integrations/refusal.ts';
import { systemRandom } from '../jobs/clock.ts';
import type { Db } from '../store/database.ts';
import { type ChannelSecrets, isSameReceiver, secretNames, split } from './channel.ts';
import { DeliveryError, type Message } from './message.ts';
import type { NotificationEntry, NotificationInput, Notifications } from './notifications.ts';
import { listMessages, type OutboxEntry, recordTest } from './outbox.ts';
import { templateFault } from './template.ts';

/** A notification that may be saved, with its secrets in the clear: not for a log, nor for an answer. */
export interface PreparedNotification extends NotificationInput {
  readonly outcome: Outcome;
}

/** An integration, as far as a notification is held against it. */
export interface Scoped {
  readonly name: string;
  readonly group?: string | undefined;
}

/** Notifications as people handle them: by name, secrets never shown. */
export class NotificationDesk {
  private readonly parts: {
    readonly db: Db;
    readonly store: Notifications;
    readonly audit: AuditLog;
    /** Sends a message by a channel; resolves with what the receiver said, throws `DeliveryError`. */
    readonly send: (channel: Channel, secrets: ChannelSecrets, message: Message) => Promise<string>;
    readonly hasRelay: boolean;
    /** The integrations there are. */
    readonly integrations: () => Promise<readonly Scoped[]>;
  };

  constructor(parts: NotificationDesk['parts']) {
    this.parts = parts;
  }

  async list(): Promise<Notification[]> {
    return (await this.parts.store.list()).map(shown);
  }

  async get(name: string): Promise<Notification> {
    return shown(await this.entry(name));
  }

  async put(name: string, document: NotificationDocument, who: string): Promise<Notification> {
    await this.save(await this.prepare(name, document, await this.parts.integrations()), who);
    return this.get(name);
  }

  /** Held against what there is, the secrets that were left out filled in. `integrations`: those that there will be. */
  async prepare(
    name: string,
    document: NotificationDocument,
    integrations: readonly Scoped[],
  ): Promise<PreparedNotification> {
    const { channel, ...rest } = document;
    const { open, secrets: given } = split(channel);
    const existing = await this.parts.store.get(name);
    const stored = existing === undefined ? undefined : await this.parts.store.route(existing.id);
    const secrets = withStored(name, open, given, stored);
    const faults = [
      ...unknown('integration', document.integrations, new Set(integrations.map((one) => one.name))),
      ...unknown('group', document.groups, new Set(integrations.flatMap((one) => one.group ?? []))),
      ...channelFaults(open, secrets, this.parts.hasRelay),
    ];
    const [first] = faults;
    if (first !== undefined)
      throw new Refusal(
        422,
        'invalid-notification',
        `notification “${name}” cannot be saved: ${first.message}`,
        first.remedy,
        faults,
      );
    const input = {
      ...rest,
      id: existing?.id ?? randomBytes(6).toString('hex'),
      name,
      integrations: document.integrations ?? null,
      groups: document.groups ?? null,
      channel: open,
      secrets,
    };
    const same =
      existing !== undefined &&
      isDeepStrictEqual(written(existing), written(input)) &&
      isDeepStrictEqual(stored?.secrets, secrets);
    return { ...input, outcome: existing === undefined ? 'created' : same ? 'unchanged' : 'changed' };
  }

  async save(prepared: PreparedNotification, who: string): Promise<void> {
    if (prepared.outcome === 'unchanged') return;
    const { audit, store } = this.parts;
    const { name, id, secrets } = prepared;
    await audit.during(async (trx) => {
      const within = store.within(trx);
      const before = await within.get(name, { lock: true });
      if (before !== undefined && before.id !== id) throw changedMeanwhile(name);
      const known = (await within.route(id))?.secrets ?? {};
      await within.save(prepared);
      await audit.record(
        {
          who,
          action: before === undefined ? 'created' : 'changed',
          subject: { kind: 'notification', name },
          before: before && written(before),
          after: written(prepared),
          secrets: changedSecrets(known, secrets),
        },
        trx,
      );
    });
  }

  async remove(name: string, who: string): Promise<void> {
    const { audit, store } = this.parts;
    await audit.during(async (trx) => {
      const before = await store.within(trx).get(name, { lock: true });
      if (before === undefined) throw await this.unknown(name);
      await store.within(trx).remove(before.id);
      await audit.record(
        {
          who,
          action: 'deleted',
          subject: { kind: 'notification', name },
          before: written(before),
          secrets: before.secretNames,
        },
        trx,
      );
    });
  }

  /** Sends a message right now, past the outbox and its limits. Never throws for what the receiver says. */
  async test(name: string): Promise<NotificationTest> {
    const { id } = await this.entry(name);
    const route = await this.parts.store.route(id);
    if (route === undefined) throw await this.unknown(name);
    const message: Message = {
      id: systemRandom.id(),
      event: 'test',
      state: 'raised',
      subject: name,
      summary: 'this is a message to try whether it arrives',
      count: 1,
      at: new Date().toISOString(),
      details: [],
    };
    try {
      const said = await this.parts.send(route.channel, route.secrets, message);
      await recordTest(this.parts.db, id, message, { said });
      return { ok: true, message: said };
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      await recordTest(this.parts.db, id, message, { reason: error.message, remedy: error.remedy });
      return { ok: false, message: error.message, remedy: error.remedy };
    }
  }

  async log(query: Parameters<typeof listMessages>[1]): Promise<readonly OutboxEntry[]> {
    if (query.notification !== undefined) await this.entry(query.notification);
    return listMessages(this.parts.db, query);
  }

  private async entry(name: string): Promise<NotificationEntry> {
    const entry = await this.parts.store.get(name);
    if (entry === undefined) throw await this.unknown(name);
    return entry;
  }

  private async unknown(name: string): Promise<Refusal> {
    const known = (await this.parts.store.list()).map((one) => one.name).join(', ');
    return new Refusal(
      404,
      'unknown-notification',
      `there is no notification “${name}”`,
      known === ''
        ? 'There is none yet: make one with `lockstep notifications add`.'
        : `There are: ${known}.`,
    );
  }
}

/** A secret left out is kept, but never sent to another receiver than it was given for. */
function withStored(
  name: string,
  open: Channel,
  given: ChannelSecrets,
  stored: { readonly channel: Channel; readonly secrets: ChannelSecrets } | undefined,
): ChannelSecrets {
  if (stored === undefined || stored.channel.type !== open.type) return given;
  const missing = Object.entries(stored.secrets).filter(([key]) => !(key in given));
  if (missing.length === 0) return given;
  if (!isSameReceiver(stored.channel, open)) {
    const names = missing.map(([key]) => key);
    throw new Refusal(
      422,
      'secret-needed',
      `notification “${name}” has another receiver now, and ${names.join(', ')} is left out`,
      'Give the secret again: a stored one is only sent to the receiver it was given for.',
      names.map((key) => fault(['channel', key], `${key} is missing`, 'Give it again.')),
    );
  }
  return { ...Object.fromEntries(missing), ...given };
}

function unknown(
  kind: 'integration' | 'group',
  named: readonly string[] | undefined,
  known: ReadonlySet<string>,
): Fault[] {
  return (named ?? []).flatMap((name, index) =>
    known.has(name)
      ? []
      : [
          fault(
            [`${kind}s`, index],
            kind === 'group' ? `no integration is in a group “${name}”` : `there is no integration “${name}”`,
            known.size === 0 ? 'There is none yet.' : `There are: ${[...known].toSorted().join(', ')}.`,
          ),
        ],
  );
}

function channelFaults(channel: Channel, secrets: ChannelSecrets, hasRelay: boolean): Fault[] {
  if (channel.type === 'slack' && secrets.url === undefined)
    return [
      fault(['channel', 'url'], 'the address of the incoming webhook is missing', 'Copy it from Slack.'),
    ];
  if (channel.type === 'relay' && !hasRelay)
    return [
      fault(
        ['channel', 'type'],
        'this server has no mail relay',
        'Let its operator set LOCKSTEP_RELAY, or use a mail server of your own (type mail).',
      ),
    ];
  if (channel.type === 'mail' && channel.user === undefined && secrets.password !== undefined)
    return [fault(['channel', 'user'], 'there is a password and no user', 'Give the user too.')];
  const wrong =
    channel.type === 'webhook' && channel.template !== undefined && templateFault(channel.template);
  if (typeof wrong === 'string')
    return [fault(['channel', 'template'], wrong, 'docs/guide/notifications.md shows a template.')];
  return [];
}

function fault(path: Fault['path'], message: string, remedy: string): Fault {
  return { path, message, remedy, level: 'error' };
}

function changedMeanwhile(name: string): Refusal {
  return new Refusal(
    409,
    'changed-meanwhile',
    `notification “${name}” was changed by somebody else`,
    'Look at it again, then save.',
  );
}

/** What people write of a notification, without its secrets. */
function written(
  one: Pick<
    NotificationEntry,
    'enabled' | 'events' | 'integrations' | 'groups' | 'channel' | 'remindAfter' | 'perHour'
  >,
): object {
  const { enabled, events, integrations, groups, channel, remindAfter, perHour } = one;
  return {
    enabled,
    events: [...events],
    ...(integrations === null ? {} : { integrations: [...integrations] }),
    ...(groups === null ? {} : { groups: [...groups] }),
    channel,
    remindAfter,
    perHour,
  };
}

function changedSecrets(before: ChannelSecrets, after: ChannelSecrets): string[] {
  const flat = ({ secretHeaders = {}, ...single }: ChannelSecrets): Record<string, string | undefined> => ({
    ...single,
    ...Object.fromEntries(
      Object.entries(secretHeaders).map(([name, value]) => [`secretHeaders.${name}`, value]),
    ),
  });
  const [old, now] = [flat(before), flat(after)];
  return [...new Set([...secretNames(before), ...secretNames(after)])].filter(
    (name) => old[name] !== now[name],
  );
}

function shown(entry: NotificationEntry): Notification {
  const { name, secretNames: secrets, waiting, lastSentAt, failedAt, reason, remedy } = entry;
  return {
    ...(written(entry) as Pick<Notification, 'enabled' | 'events' | 'channel' | 'remindAfter' | 'perHour'>),
    name,
    secrets: [...secrets],
    waiting,
    ...(lastSentAt === null ? {} : { lastSentAt }),
    ...(failedAt === null ? {} : { failure: { at: failedAt, reason: reason ?? '', remedy: remedy ?? '' } }),
  };
}

/** A line of the delivery log, as people see it. */
export function shownMessage(entry: OutboxEntry): NotificationMessage {
  const { message, endedAt, said, reason, remedy, sequence: _place, ...rest } = entry;
  return {
    ...rest,
    summary: message.summary,
    count: message.count,
    ...(endedAt === null ? {} : { endedAt }),
    ...(said === null ? {} : { said }),
    ...(reason === null ? {} : { reason }),
    ...(remedy === null ? {} : { remedy }),
  };
}
