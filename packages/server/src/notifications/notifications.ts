import type { Channel, NotificationEvent } from '@lockstep/api';
import { sql } from 'kysely';
import type { Keyring } from '../secrets/keyring.ts';
import type { Db, Trx } from '../store/database.ts';
import { json } from '../store/text.ts';
import { inTransaction } from '../store/transaction.ts';
import { type ChannelSecrets, secretNames } from './channel.ts';

/** A notification as it may be shown: of its secrets only the names. */
export interface NotificationEntry {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly events: readonly NotificationEvent[];
  /** Names; null with `groups`: all. */
  readonly integrations: readonly string[] | null;
  /** Groups of integrations; with `integrations`, both. */
  readonly groups: readonly string[] | null;
  readonly channel: Channel;
  readonly secretNames: readonly string[];
  /** Seconds. */
  readonly remindAfter: number;
  readonly perHour: number;
  readonly waiting: number;
  readonly lastSentAt: string | null;
  /** Of the latest attempt, if it failed. */
  readonly failedAt: string | null;
  readonly reason: string | null;
  readonly remedy: string | null;
}

export type NotificationInput = Pick<
  NotificationEntry,
  'id' | 'name' | 'enabled' | 'events' | 'integrations' | 'groups' | 'channel' | 'remindAfter' | 'perHour'
> & { readonly secrets: ChannelSecrets };

const columns =
  sql.raw(`id, name, enabled, events, integrations, groups, channel, secret_names as "secretNames",
  remind_after as "remindAfter", per_hour as "perHour", last_sent_at as "lastSentAt", failed_at as "failedAt", reason, remedy,
  (select count(*) from notification_message where notification_id = notification.id and status = 'waiting') as waiting`);

/** Who is told of what. */
export class Notifications {
  private readonly db: Db;
  private readonly keyring: Keyring;

  constructor(options: { readonly db: Db; readonly keyring: Keyring }) {
    this.db = options.db;
    this.keyring = options.keyring;
  }

  /** The same, inside a transaction. */
  within(trx: Trx): Notifications {
    return new Notifications({ db: trx, keyring: this.keyring });
  }

  /** Makes or changes one; a changed one is tried anew at once. */
  save(input: NotificationInput): Promise<void> {
    const names = secretNames(input.secrets);
    const sealed =
      names.length === 0 ? null : this.keyring.seal(JSON.stringify(input.secrets), contextOf(input.id));
    return inTransaction(this.db, async (trx) => {
      if (sealed !== null) await this.keyring.assertCurrent(trx);
      await sql`
        insert into notification (id, name, enabled, events, integrations, groups, channel, secrets, secret_names,
          remind_after, per_hour)
        values (${input.id}, ${input.name}, ${input.enabled}, ${[...input.events]}::text[],
          ${listOrNull(input.integrations)}::text[], ${listOrNull(input.groups)}::text[], ${json(input.channel)}, ${sealed},
          ${names}::text[], ${input.remindAfter}, ${input.perHour})
        on conflict (id) do update set enabled = excluded.enabled, events = excluded.events,
          integrations = excluded.integrations, groups = excluded.groups, channel = excluded.channel, secrets = excluded.secrets,
          secret_names = excluded.secret_names, remind_after = excluded.remind_after, per_hour = excluded.per_hour,
          failures = 0, next_try = now(), failed_at = null, reason = null, remedy = null`.execute(trx);
      if (!input.enabled)
        await sql`update notification_message set status = 'failed', ended_at = clock_timestamp(),
          reason = 'its notification was switched off before it was sent', remedy = null
          where notification_id = ${input.id} and status = 'waiting'`.execute(trx);
    });
  }

  /** Where its messages go, and the only way to the secrets: never log nor answer them. Both are of one moment. */
  async route(
    id: string,
  ): Promise<{ readonly channel: Channel; readonly secrets: ChannelSecrets } | undefined> {
    const { rows } = await sql<{ channel: Channel; sealed: string | null }>`
      select channel, secrets as sealed from notification where id = ${id}`.execute(this.db);
    const [row] = rows;
    if (row === undefined) return undefined;
    const { channel, sealed } = row;
    const secrets = sealed === null ? {} : JSON.parse(this.keyring.open(sealed, contextOf(id)));
    return { channel, secrets: secrets as ChannelSecrets };
  }

  /** With `lock`, inside a transaction: nobody else changes it before that ends. */
  async get(name: string, options: { readonly lock?: boolean } = {}): Promise<NotificationEntry | undefined> {
    const { rows } = await sql<NotificationEntry>`select ${columns} from notification where name = ${name}
      ${options.lock === true ? sql`for update` : sql``}`.execute(this.db);
    return rows[0];
  }

  /** By name. */
  async list(): Promise<readonly NotificationEntry[]> {
    const { rows } = await sql<NotificationEntry>`
      select ${columns} from notification order by name limit 10000`.execute(this.db);
    return rows;
  }

  /** With its delivery log. */
  async remove(id: string): Promise<void> {
    await sql`delete from notification where id = ${id}`.execute(this.db);
  }
}

function listOrNull(names: readonly string[] | null): string[] | null {
  return names === null ? null : [...names];
}

/** The names of connections, which the other secrets are bound to, hold no colon. */
function contextOf(id: string): string {
  return `notification:${id}`;
}
