import type { AuditLog } from '../audit/audit-log.ts';
import type { Profile } from '../integrations/profile.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Log } from '../postgres/log.ts';
import { StartupError } from '../postgres/startup-error.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { beside } from '../store/beside.ts';
import type { Db } from '../store/database.ts';
import type { Integrations } from '../store/integrations.ts';
import type { RunListener } from '../store/runs.ts';
import { AddressPolicy } from './addresses.ts';
import { deliver } from './channel.ts';
import { Claims } from './claims.ts';
import { Courier } from './courier.ts';
import { NotificationDesk } from './desk.ts';
import { LateWatch } from './late-watch.ts';
import { DeliveryError } from './message.ts';
import { Notifications } from './notifications.ts';
import { parseRelay } from './relay.ts';
import { tellOfChange } from './tell-of-change.ts';
import { tellOfRun } from './tell-of-run.ts';

/** All of the notifications of one server. */
export interface OpenNotifications {
  readonly desk: NotificationDesk;
  readonly tellOfRun: RunListener;
  /** Begins to look for what is late and to send what waits. */
  start(): void;
  stop(): Promise<void>;
}

/** @throws StartupError if the relay or an allowed address is none. */
export function openNotifications(parts: {
  readonly db: Db;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly audit: AuditLog;
  readonly integrations: Integrations;
  readonly metrics: Pick<Metrics, 'messageEnded'>;
  readonly profile?: Profile;
  readonly relay?: string | undefined;
  readonly allowedAddresses?: readonly string[];
}): OpenNotifications {
  const { db, log, audit, integrations, metrics } = parts;
  const relay = parts.relay === undefined || parts.relay === '' ? undefined : parseRelay(parts.relay);
  const ways = { policy: policyOf(parts.allowedAddresses ?? []), relay };
  const store = new Notifications({ db, keyring: parts.keyring });
  const desk = new NotificationDesk({
    db,
    store,
    audit,
    send: (channel, secrets, message) => deliver(ways, channel, secrets, message),
    hasRelay: relay !== undefined,
    integrations: async () =>
      (await integrations.list({ limit: 10_000 })).map(({ configuration }) => configuration),
  });
  const courier = new Courier({
    log,
    claims: new Claims(db),
    send: async ({ id }, message) => {
      const route = await store.route(id);
      if (route === undefined) throw new DeliveryError('its notification is gone', 'Nothing to do.', true);
      return deliver(ways, route.channel, route.secrets, message);
    },
    ended: (name, outcome) => metrics.messageEnded(name, outcome),
  });
  const watch = new LateWatch({ db, log, integrations, profile: parts.profile ?? 'on-premise' });
  audit.subscribe((entry, trx) =>
    beside(trx, log, 'nobody could be told of a change of the configuration', () => tellOfChange(entry, trx)),
  );
  return {
    desk,
    tellOfRun: (trx, run) =>
      beside(trx, log, 'nobody could be told how a run ended', () => tellOfRun(trx, run)),
    start: () => {
      courier.start();
      watch.start();
    },
    stop: async () => {
      await watch.stop();
      await courier.stop();
    },
  };
}

function policyOf(allowed: readonly string[]): AddressPolicy {
  try {
    return new AddressPolicy(allowed);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new StartupError(
      'address-unknown',
      `An address that webhooks may reach is none: ${error.message}.`,
      'Write each as 10.1.2.3 or 10.0.0.0/8.',
    );
  }
}
