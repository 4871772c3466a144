import type { NotificationInput } from '@lockstep/api';
import type { Chance } from '../../e2e/prove-real/chance.ts';
import type { Canaries } from './canary.ts';

/** Nothing listens there. */
const CLOSED = { host: '127.0.0.1', port: 1 } as const;
const ADDRESS = `http://${CLOSED.host}:${CLOSED.port}`;

/** A notification as it should be, with secrets in every place that takes one, whose messages reach nobody. */
export function drawNotification(chance: Chance, canaries: Canaries): NotificationInput {
  const channel = chance.pick<() => NotificationInput['channel']>([
    () => ({
      type: 'mail',
      ...CLOSED,
      security: chance.pick(['none', 'tls', 'starttls']),
      user: 'lockstep',
      password: canaries.next(),
      from: 'lockstep@example.test',
      recipients: ['ann@example.test'],
    }),
    () => ({ type: 'relay', recipients: ['ann@example.test'] }),
    () => ({ type: 'slack', url: `${ADDRESS}/${canaries.next()}` }),
    () => ({
      type: 'webhook',
      url: `${ADDRESS}/hook`,
      template: '{"text":"${summary}"}',
      signingKey: canaries.next(),
      secretHeaders: { Authorization: canaries.next() },
    }),
  ])();
  return {
    events: [chance.pick(['configuration-changed', 'run-failed', 'warning'])],
    ...(chance.happens(0.3) ? { integrations: ['one'] } : {}),
    channel,
  };
}
